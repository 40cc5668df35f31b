with versions as (
    select
        coupon_id,
        coupon_upc,
        product_id,
        campaign_id,
        updated_at,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('marketing', 'coupons') }}
)

select
    coupon_id,
    coupon_upc,
    product_id,
    campaign_id,
    updated_at,
    loaded_at
from {{ latest_version('versions', key=['coupon_id'], order_by=['updated_at', 'loaded_at']) }} as latest
