{{ config(unique_key='id', partition_by=['sold_date']) }}

select * from values
{% if is_incremental() %}
    (2, date '2017-01-02', 25), (4, date '2017-01-04', 40)
{% else %}
    (1, date '2017-01-01', 10), (2, date '2017-01-02', 20), (3, date '2017-01-03', 30)
{% endif %}
as sales (id, sold_date, amount)
