-- The expected keys are `md5sum` of the texts beside them.
with keys as (
    select
        sale_id,
        {{ dbt_utils.generate_surrogate_key(['sale_id', 'region', 'amount']) }} as of_three,
        {{ dbt_utils.generate_surrogate_key(['sale_id', 'item']) }} as of_two,
        {{ dbt_utils.generate_surrogate_key(['amount']) }} as of_one,
        {{ dbt_utils.generate_surrogate_key(['true', "date '2017-01-02'", 'cast(1.5 as decimal(5, 2))']) }} as of_types,
        {{ dbt_utils.generate_surrogate_key(["timestamp '2017-01-02 03:04:05'"]) }} as of_a_timestamp
    from {{ ref('sales') }}
)

select *
from keys
where
    (sale_id = 1 and of_three <> '2ddc1aad469a7a3b0e13d6c9f9b6a48e')  -- 1-north-10
    or (sale_id = 4 and of_three <> '55dc1b01fa77fdfd87bd9c7dae44c49f')  -- 4-south-_dbt_utils_surrogate_key_null_
    or (sale_id = 2 and of_two <> 'c8ebb17bc81f62400a2af08f5e50c4bf')  -- 2-
    or (sale_id = 4 and of_one <> 'f14cc5cdce0420f4a5a6b6d9d7b85f39')  -- _dbt_utils_surrogate_key_null_
    or of_types <> 'f085335909a00ff5c172ca7f2f6c3c2a'  -- true-2017-01-02-1.50
    or of_a_timestamp <> 'd26b439f52d6316a80c7a2ab53272561'  -- 2017-01-02 03:04:05
    or of_three is null
    or of_two is null
    or of_one is null
