with versions as (
    select
        *,
        lag(dbt_valid_to) over (partition by product_id order by dbt_valid_from) as previous_valid_to,
        last_value(dbt_valid_to) over (
            partition by product_id
            order by dbt_valid_from
            rows between unbounded preceding and unbounded following
        ) as last_valid_to
    from {{ ref('snap_shop__products') }}
),

compared as (
    select
        *,
        lag(shelf_price_usd) over (partition by product_id order by dbt_valid_from) as previous_price_usd
    from versions
    where shelf_price_usd is not null
),

-- Other attributes of a product change too; only versions with a different price matter here, and those of a product
-- that came back after it had been deleted.
changes as (
    select
        *,
        coalesce(
            lead(previous_valid_to) over (partition by product_id order by dbt_valid_from), last_valid_to
        ) as valid_to_at
    from compared
    where
        previous_price_usd is null
        or previous_price_usd != shelf_price_usd
        or previous_valid_to != dbt_valid_from
)

select
    {{ dbt_utils.generate_surrogate_key(['product_id', 'dbt_valid_from']) }} as price_id,
    product_id,
    shelf_price_usd,
    previous_price_usd,
    cast(
        100 * {{ dbt_utils.safe_divide('shelf_price_usd - previous_price_usd', 'previous_price_usd') }}
        as decimal(20, 2)
    ) as change_pct,
    valid_to_at is null as is_current,
    dbt_valid_from as valid_from_at,
    valid_to_at
from changes
