with versions as (
    select
        redemption_id,
        household_id,
        coupon_upc,
        campaign_id,
        redemption_date,
        updated_at,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('marketing', 'coupon_redemptions') }}
)

select
    redemption_id,
    household_id,
    coupon_upc,
    campaign_id,
    redemption_date,
    updated_at,
    loaded_at
from {{ latest_version('versions', key=['redemption_id'], order_by=['updated_at', 'loaded_at']) }} as latest
