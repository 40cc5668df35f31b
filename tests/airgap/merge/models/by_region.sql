{{ config(unique_key=['store', 'id'], partition_by='region') }}

select * from values
{% if is_incremental() %}
    (1, 2, 'north', 25), (2, 2, 'south', 40)
{% else %}
    (1, 1, 'north', 10), (1, 2, 'north', 20), (2, 1, 'south', 30)
{% endif %}
as sales (store, id, region, amount)
