with versions as (
    select
        coupon_id,
        coupon_upc,
        product_id,
        campaign_id,
        updated_at,
        _loaded_at as loaded_at
    from {{ source('marketing', 'coupons') }}
),

numbered as (
    select
        *,
        row_number() over (partition by coupon_id order by updated_at desc, loaded_at desc) as version_number
    from versions
)

select
    coupon_id,
    coupon_upc,
    product_id,
    campaign_id,
    updated_at,
    loaded_at
from numbered
where version_number = 1
