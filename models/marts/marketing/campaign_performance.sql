with campaigns as (
    select * from {{ ref('stg_marketing__campaigns') }}
),

campaign_households as (
    select * from {{ ref('stg_marketing__campaign_households') }}
),

redemptions as (
    select * from {{ ref('stg_marketing__coupon_redemptions') }}
),

baskets as (
    select * from {{ ref('fct_baskets') }}
    where not is_voided
),

targeted as (
    select
        campaign_id,
        count(*) as targeted_household_count
    from campaign_households
    group by campaign_id
),

redeemed as (
    select
        campaign_id,
        count(*) as redemption_count,
        count(distinct household_id) as redeeming_household_count
    from redemptions
    group by campaign_id
),

household_days as (
    select
        household_id,
        sold_date,
        sum(net_sales_usd) as net_sales_usd
    from baskets
    group by
        household_id,
        sold_date
),

-- Before means the equally long time that ends on the eve of the campaign.
sales as (
    select
        campaigns.campaign_id,
        sum(case when household_days.sold_date >= campaigns.start_date then household_days.net_sales_usd else 0 end)
            as campaign_net_sales_usd,
        sum(case when household_days.sold_date < campaigns.start_date then household_days.net_sales_usd else 0 end)
            as previous_net_sales_usd
    from campaigns
    inner join campaign_households on campaigns.campaign_id = campaign_households.campaign_id
    inner join household_days
        on
            campaign_households.household_id = household_days.household_id
            and campaigns.end_date >= household_days.sold_date
            and date_sub(
                campaigns.start_date, datediff(campaigns.end_date, campaigns.start_date) + 1
            ) <= household_days.sold_date
    group by campaigns.campaign_id
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
        as decimal(5, 2)
    ) as response_pct,
    cast(coalesce(sales.campaign_net_sales_usd, 0) as decimal(14, 2)) as campaign_net_sales_usd,
    cast(coalesce(sales.previous_net_sales_usd, 0) as decimal(14, 2)) as previous_net_sales_usd
from campaigns
left join targeted on campaigns.campaign_id = targeted.campaign_id
left join redeemed on campaigns.campaign_id = redeemed.campaign_id
left join sales on campaigns.campaign_id = sales.campaign_id
