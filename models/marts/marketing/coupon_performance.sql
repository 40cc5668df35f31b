with coupons as (
    select * from {{ ref('stg_marketing__coupons') }}
),

redemptions as (
    select * from {{ ref('stg_marketing__coupon_redemptions') }}
),

campaigns as (
    select * from {{ ref('campaign_performance') }}
),

offers as (
    select
        campaign_id,
        coupon_upc,
        count(*) as product_count
    from coupons
    group by
        campaign_id,
        coupon_upc
),

redeemed as (
    select
        campaign_id,
        coupon_upc,
        count(*) as redemption_count,
        count(distinct household_id) as redeeming_household_count,
        min(redemption_date) as first_redemption_date,
        max(redemption_date) as last_redemption_date
    from redemptions
    group by
        campaign_id,
        coupon_upc
)

select
    {{ dbt_utils.generate_surrogate_key(['offers.campaign_id', 'offers.coupon_upc']) }} as campaign_coupon_id,
    offers.campaign_id,
    offers.coupon_upc,
    campaigns.campaign_type,
    offers.product_count,
    campaigns.targeted_household_count,
    coalesce(redeemed.redeeming_household_count, 0) as redeeming_household_count,
    coalesce(redeemed.redemption_count, 0) as redemption_count,
    cast(
        100 * {{ dbt_utils.safe_divide('redeemed.redeeming_household_count', 'campaigns.targeted_household_count') }}
        as decimal(20, 2)
    ) as redemption_pct,
    redeemed.first_redemption_date,
    redeemed.last_redemption_date
from offers
inner join campaigns on offers.campaign_id = campaigns.campaign_id
left join redeemed
    on
        offers.campaign_id = redeemed.campaign_id
        and offers.coupon_upc = redeemed.coupon_upc
