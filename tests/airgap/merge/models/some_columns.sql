{{ config(unique_key='id', partition_by=['sold_date'], merge_update_columns=['amount']) }}

select * from values
{% if is_incremental() %}
    (1, date '2017-01-01', 15, 'second')
{% else %}
    (1, date '2017-01-01', 10, 'first')
{% endif %}
as sales (id, sold_date, amount, note)
