-- name: campaign_performance
with targeted as (
    select campaign_id, count(*) as households, max(loaded_at) as loaded_at
    from marketing_campaign_households group by all
),
redeemed as (
    select
        campaign_id,
        count(*) as redemptions,
        count(distinct household_id) as households,
        max(loaded_at) as loaded_at
    from marketing_coupon_redemptions group by all
),
sales as (
    select
        campaign_id,
        sum(net_sales_usd) filter (not is_voided and sold_date >= start_date) as during,
        sum(net_sales_usd) filter (not is_voided and sold_date < start_date) as previously,
        max(lines.loaded_at) as loaded_at
    from fct_basket_lines as lines
    inner join marketing_campaign_households as targets using (household_id)
    inner join marketing_campaigns as campaigns using (campaign_id)
    -- The campaign, and as many days before it.
    where
        sold_date <= end_date
        and datediff('day', sold_date, start_date) <= datediff('day', start_date, end_date) + 1
    group by all
)
select
    campaign_id,
    campaign_type,
    status as campaign_status,
    start_date,
    end_date,
    coalesce(targeted.households, 0) as targeted_household_count,
    coalesce(redeemed.households, 0) as redeeming_household_count,
    coalesce(redeemed.redemptions, 0) as redemption_count,
    100 * redeemed.households / targeted.households as response_pct,
    coalesce(during, 0) as campaign_net_sales_usd,
    coalesce(previously, 0) as previous_net_sales_usd,
    greatest(campaigns.loaded_at, targeted.loaded_at, redeemed.loaded_at) as marketing_loaded_at,
    sales.loaded_at as sales_loaded_at
from marketing_campaigns as campaigns
left join targeted using (campaign_id)
left join redeemed using (campaign_id)
left join sales using (campaign_id);

-- name: coupon_performance
with redeemed as (
    select
        campaign_id,
        coupon_upc,
        count(*) as redemptions,
        count(distinct household_id) as households,
        min(redemption_date) as first_date,
        max(redemption_date) as last_date
    from marketing_coupon_redemptions group by all
),
offers as (
    select campaign_id, coupon_upc, count(*) as products from marketing_coupons group by all
)
select
    md5(campaign_id || '-' || coupon_upc) as campaign_coupon_id,
    campaign_id,
    coupon_upc,
    campaigns.campaign_type,
    products as product_count,
    campaigns.targeted_household_count,
    coalesce(households, 0) as redeeming_household_count,
    coalesce(redemptions, 0) as redemption_count,
    100 * households / nullif(campaigns.targeted_household_count, 0) as redemption_pct,
    first_date as first_redemption_date,
    last_date as last_redemption_date
from offers
inner join campaign_performance as campaigns using (campaign_id)
left join redeemed using (campaign_id, coupon_upc);
