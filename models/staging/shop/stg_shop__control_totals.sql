with versions as (
    select
        sold_date,
        basket_count,
        line_count,
        quantity,
        {{ cents_to_usd('sales_value_cents', 14, ['sold_date']) }} as sales_value_usd,
        {{ cents_to_usd('retail_discount_cents', 14, ['sold_date']) }} as retail_discount_usd,
        {{ cents_to_usd('coupon_discount_cents', 14, ['sold_date']) }} as coupon_discount_usd,
        {{ cents_to_usd('coupon_match_discount_cents', 14, ['sold_date']) }} as coupon_match_discount_usd,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('shop', 'control_totals') }}
)

select
    sold_date,
    basket_count,
    line_count,
    quantity,
    sales_value_usd,
    retail_discount_usd,
    coupon_discount_usd,
    coupon_match_discount_usd,
    loaded_at
from {{ latest_version('versions', key=['sold_date'], order_by=['loaded_at']) }} as latest
