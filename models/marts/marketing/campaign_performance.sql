{{ config(materialized='incremental', incremental_strategy='merge', unique_key='campaign_id') }}

-- Before a campaign means the equally long time that ends on its eve.
{% set compared_from = 'date_sub(start_date, datediff(end_date, start_date) + 1)' %}
{% set campaigns, campaign_households = ref('stg_marketing__campaigns'), ref('stg_marketing__campaign_households') %}
{% set redemptions, baskets = ref('stg_marketing__coupon_redemptions'), ref('fct_baskets') %}

-- A campaign is computed whole when any of its records changed, or a basket of the days it looks at. These days are
-- named so that no other day's files are read.
{% set of_changed = '' %}
{% if is_incremental() %}
    {% set changed = changed_campaigns(campaigns, campaign_households, redemptions, baskets, compared_from) %}
    {% set of_changed = 'where campaign_id in ' ~ changed %}
    {% set days %}
        select distinct cast(day as string) from (
            select explode(sequence({{ compared_from }}, end_date)) as day
            from {{ campaigns }}
            {{ of_changed }}
        ) as days
    {% endset %}
{% endif %}

with campaigns as (
    select
        *,
        {{ compared_from }} as compared_from
    from {{ campaigns }}
    {{ of_changed }}
),

campaign_households as (
    select * from {{ campaign_households }}
    {{ of_changed }}
),

redemptions as (
    select * from {{ redemptions }}
    {{ of_changed }}
),

baskets as (
    select * from {{ baskets }}
    {% if is_incremental() %}
        where sold_date in {{ value_list(days, 'date') }}
    {% endif %}
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
),

sales as (
    select
        campaigns.campaign_id,
        sum(case when household_days.sold_date >= campaigns.start_date then household_days.net_sales_usd else 0 end)
            as campaign_net_sales_usd,
        sum(case when household_days.sold_date < campaigns.start_date then household_days.net_sales_usd else 0 end)
            as previous_net_sales_usd,
        max(household_days.loaded_at) as loaded_at
    from campaigns
    inner join campaign_households on campaigns.campaign_id = campaign_households.campaign_id
    inner join household_days
        on
            campaign_households.household_id = household_days.household_id
            and campaigns.compared_from <= household_days.sold_date
            and campaigns.end_date >= household_days.sold_date
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
    cast(coalesce(sales.previous_net_sales_usd, 0) as decimal(14, 2)) as previous_net_sales_usd,
    greatest(campaigns.loaded_at, targeted.loaded_at, redeemed.loaded_at) as marketing_loaded_at,
    sales.loaded_at as sales_loaded_at
from campaigns
left join targeted on campaigns.campaign_id = targeted.campaign_id
left join redeemed on campaigns.campaign_id = redeemed.campaign_id
left join sales on campaigns.campaign_id = sales.campaign_id
