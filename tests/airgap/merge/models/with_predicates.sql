{{ config(unique_key='id', partition_by=['sold_date'], incremental_predicates=['DBT_INTERNAL_DEST.amount < 20']) }}

select * from values
{% if is_incremental() %}
    (1, date '2017-01-01', 15), (2, date '2017-01-01', 25)
{% else %}
    (1, date '2017-01-01', 10), (2, date '2017-01-01', 20)
{% endif %}
as sales (id, sold_date, amount)
