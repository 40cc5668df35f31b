with campaigns as (
    select
        *,
        {{ compared_from() }} as compared_from
    from {{ ref('stg_marketing__campaigns') }}
),

campaign_households as (
    select * from {{ ref('stg_marketing__campaign_households') }}
),

baskets as (
    select * from {{ ref('fct_baskets') }}
),

household_days as (
    select
        household_id,
        sold_date,
        coalesce(sum(net_sales_usd) filter (where not is_voided), 0) as net_sales_usd,
        max(loaded_at) as loaded_at
    from baskets
    group by
        household_id,
        sold_date
)

select
    campaigns.campaign_id,
    campaign_households.household_id,
    household_days.sold_date,
    household_days.net_sales_usd,
    household_days.sold_date >= campaigns.start_date as is_during_campaign,
    household_days.loaded_at as sales_loaded_at
from campaigns
inner join campaign_households on campaigns.campaign_id = campaign_households.campaign_id
inner join household_days
    on
        campaign_households.household_id = household_days.household_id
        and campaigns.compared_from <= household_days.sold_date
        and campaigns.end_date >= household_days.sold_date
