with versions as (
    select * from {{ ref('snap_shop__products') }}
    where shelf_price_usd is not null
),

-- Other attributes of a product change too; only versions with a different price matter here.
compared as (
    select
        product_id,
        shelf_price_usd,
        dbt_valid_from,
        lag(shelf_price_usd) over (partition by product_id order by dbt_valid_from) as previous_price_usd
    from versions
),

changes as (
    select * from compared
    where previous_price_usd is null or previous_price_usd != shelf_price_usd
)

select
    {{ dbt_utils.generate_surrogate_key(['product_id', 'dbt_valid_from']) }} as price_id,
    product_id,
    shelf_price_usd,
    previous_price_usd,
    cast(
        100 * {{ dbt_utils.safe_divide('shelf_price_usd - previous_price_usd', 'previous_price_usd') }}
        as decimal(12, 2)
    ) as change_pct,
    lead(dbt_valid_from) over (partition by product_id order by dbt_valid_from) is null as is_current,
    dbt_valid_from as valid_from_at,
    lead(dbt_valid_from) over (partition by product_id order by dbt_valid_from) as valid_to_at
from changes
