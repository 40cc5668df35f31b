with versions as (
    select
        redemption_id,
        household_id,
        coupon_upc,
        campaign_id,
        redemption_date,
        updated_at,
        _loaded_at as loaded_at
    from {{ source('marketing', 'coupon_redemptions') }}
),

numbered as (
    select
        *,
        row_number() over (partition by redemption_id order by updated_at desc, loaded_at desc) as version_number
    from versions
)

select
    redemption_id,
    household_id,
    coupon_upc,
    campaign_id,
    redemption_date,
    updated_at,
    loaded_at
from numbered
where version_number = 1
