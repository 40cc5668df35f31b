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
from {{ source('shop', 'basket_lines') }}
