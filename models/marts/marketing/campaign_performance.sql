{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='campaign_id',
        pre_hook="{% if is_incremental() %}
            delete from {{ this }}
            where campaign_id not in (select campaign_id from {{ ref('stg_marketing__campaigns') }})
        {% endif %}"
    )
}}

{% set campaigns, campaign_households = ref('stg_marketing__campaigns'), ref('stg_marketing__campaign_households') %}
{% set redemptions, baskets = ref('stg_marketing__coupon_redemptions'), ref('fct_baskets') %}

-- depends_on: {{ ref('stg_shop__sold_dates') }}
-- A campaign is recomputed as a whole if any of its records changed, or any basket on the days that it covers. These
-- days are listed so that only their files are read.
{% if is_incremental() %}
    {% set changed = changed_campaigns(campaigns, campaign_households, redemptions, baskets) %}
    {% set days %}
        select distinct cast(sold_date as string)
        from {{ ref('stg_shop__sold_dates') }}
        inner join {{ campaigns }} on sold_date between {{ compared_from() }} and end_date
        where campaign_id in {{ changed }}
    {% endset %}
{% endif %}

with campaigns as (
    select * from {{ ref('int_campaigns__joined_to_responses') }}
    {% if is_incremental() %}
        where campaign_id in {{ changed }}
    {% endif %}
),

household_days as (
    select * from {{ ref('int_campaign_households__joined_to_sales') }}
    {% if is_incremental() %}
        where campaign_id in {{ changed }} and sold_date in {{ value_list(days, 'date') }}
    {% endif %}
),

sales as (
    select
        campaign_id,
        sum(case when is_during_campaign then net_sales_usd else 0 end) as campaign_net_sales_usd,
        sum(case when is_during_campaign then 0 else net_sales_usd end) as previous_net_sales_usd,
        max(sales_loaded_at) as sales_loaded_at
    from household_days
    group by campaign_id
)

{% set key = ['campaigns.campaign_id'] %}
select
    campaigns.campaign_id,
    campaigns.campaign_type,
    campaigns.campaign_status,
    campaigns.start_date,
    campaigns.end_date,
    campaigns.targeted_household_count,
    campaigns.redeeming_household_count,
    campaigns.redemption_count,
    campaigns.response_pct,
    {{ to_usd('coalesce(sales.campaign_net_sales_usd, 0)', 'campaign_net_sales_usd', key=key) }}
        as campaign_net_sales_usd,
    {{ to_usd('coalesce(sales.previous_net_sales_usd, 0)', 'previous_net_sales_usd', key=key) }}
        as previous_net_sales_usd,
    campaigns.marketing_loaded_at,
    sales.sales_loaded_at
from campaigns
left join sales on campaigns.campaign_id = sales.campaign_id
