with versions as (
    select * from {{ source('shop', 'basket_lines') }}
    where not coalesce(_is_deleted, false)
),

deletions as (
    select * from {{ source('shop', 'basket_lines') }}
    where _is_deleted
)

select
    basket_id,
    product_id,
    quantity,
    {{ cents_to_usd('sales_value_cents') }} as sales_value_usd,
    {{ cents_to_usd('retail_discount_cents') }} as retail_discount_usd,
    {{ cents_to_usd('coupon_discount_cents') }} as coupon_discount_usd,
    {{ cents_to_usd('coupon_match_discount_cents') }} as coupon_match_discount_usd,
    updated_at,
    _loaded_at as loaded_at
from versions
left anti join deletions
    on
        versions.basket_id = deletions.basket_id
        and versions.product_id = deletions.product_id
        and versions._loaded_at <= deletions._loaded_at
