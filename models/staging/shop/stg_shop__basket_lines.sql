with versions as (
    select * from {{ source('shop', 'basket_lines') }}
    where not coalesce(_is_deleted, false)
),

deletions as (
    select * from {{ source('shop', 'basket_lines') }}
    where _is_deleted
)

{% set key = ['versions.basket_id', 'versions.product_id'] %}
select
    versions.basket_id,
    versions.product_id,
    versions.quantity,
    {{ cents_to_usd('versions.sales_value_cents', key=key) }} as sales_value_usd,
    {{ cents_to_usd('versions.retail_discount_cents', key=key) }} as retail_discount_usd,
    {{ cents_to_usd('versions.coupon_discount_cents', key=key) }} as coupon_discount_usd,
    {{ cents_to_usd('versions.coupon_match_discount_cents', key=key) }} as coupon_match_discount_usd,
    versions.updated_at,
    versions._loaded_at as loaded_at
from versions
left anti join deletions
    on
        versions.basket_id = deletions.basket_id
        and versions.product_id = deletions.product_id
        and versions._loaded_at <= deletions._loaded_at
