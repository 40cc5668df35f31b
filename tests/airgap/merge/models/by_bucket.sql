{{ config(unique_key='id', partition_by=['bucket(2, id)']) }}

select * from values
{% if is_incremental() %}
    (2, 25), (3, 30)
{% else %}
    (1, 10), (2, 20)
{% endif %}
as sales (id, amount)
