{{ config(unique_key='id', partition_by=['sold_date']) }}

-- merges into: sold_date in (date '2017-01-02', date '2017-01-03', date '2017-01-04', date '2017-01-05')
select * from values
{% if is_incremental() %}
    (2, date '2017-01-02', 25), (3, date '2017-01-05', 35), (4, date '2017-01-04', 40)
{% else %}
    (1, date '2017-01-01', 10), (2, date '2017-01-02', 20), (3, date '2017-01-03', 30)
{% endif %}
as sales (id, sold_date, amount)
