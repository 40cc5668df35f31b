with campaigns as (
    select * from {{ ref('stg_marketing__campaigns') }}
),

campaign_households as (
    select * from {{ ref('stg_marketing__campaign_households') }}
),

redemptions as (
    select * from {{ ref('stg_marketing__coupon_redemptions') }}
),

targeted as (
    select
        campaign_id,
        count(*) as targeted_household_count,
        max(loaded_at) as loaded_at
    from campaign_households
    group by campaign_id
),

redeemed as (
    select
        campaign_id,
        count(*) as redemption_count,
        count(distinct household_id) as redeeming_household_count,
        max(loaded_at) as loaded_at
    from redemptions
    group by campaign_id
)

select
    campaigns.campaign_id,
    campaigns.campaign_type,
    campaigns.campaign_status,
    campaigns.start_date,
    campaigns.end_date,
    coalesce(targeted.targeted_household_count, 0) as targeted_household_count,
    coalesce(redeemed.redeeming_household_count, 0) as redeeming_household_count,
    coalesce(redeemed.redemption_count, 0) as redemption_count,
    cast(
        100 * {{ dbt_utils.safe_divide('redeemed.redeeming_household_count', 'targeted.targeted_household_count') }}
        as decimal(20, 2)
    ) as response_pct,
    greatest(campaigns.loaded_at, targeted.loaded_at, redeemed.loaded_at) as marketing_loaded_at
from campaigns
left join targeted on campaigns.campaign_id = targeted.campaign_id
left join redeemed on campaigns.campaign_id = redeemed.campaign_id
