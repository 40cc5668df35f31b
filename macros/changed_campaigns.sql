{#- Marketing and sales data arrive separately, so each has its own high-water mark. A deletion has no row that was loaded
    later, but it lowers a count. -#}
{% macro changed_campaigns(campaigns, campaign_households, redemptions, baskets) -%}
    {%- set marketing_since, sales_since = high_water('marketing_loaded_at'), high_water('sales_loaded_at') -%}
    {%- set query -%}
        select campaign_id from {{ campaigns }} where loaded_at > {{ marketing_since }}
        union
        select campaign_id from {{ campaign_households }} where loaded_at > {{ marketing_since }}
        union
        select campaign_id from {{ redemptions }} where loaded_at > {{ marketing_since }}
        union
        select campaigns.campaign_id
        from {{ campaigns }} as campaigns
        left semi join {{ baskets }} as baskets
            on
                baskets.loaded_at > {{ sales_since }}
                and baskets.sold_date between {{ compared_from() }} and campaigns.end_date
        union
        select campaigns.campaign_id
        from {{ campaigns }} as campaigns
        left semi join {{ ref('stg_shop__sold_dates') }} as sold_dates
            on
                greatest(sold_dates.loaded_at, sold_dates.due_at) > {{ sales_since }}
                and sold_dates.due_at is not null
                and sold_dates.sold_date between {{ compared_from() }} and campaigns.end_date
        {%- for records, count in [
            (campaign_households, 'targeted_household_count'), (redemptions, 'redemption_count')
        ] %}
        union
        select known.campaign_id
        from {{ this }} as known
        left join (select campaign_id, count(*) as now from {{ records }} group by campaign_id) as counted
            on known.campaign_id = counted.campaign_id
        where known.{{ count }} != coalesce(counted.now, 0)
        {%- endfor %}
    {%- endset -%}
    {{ value_list(query, 'bigint') }}
{%- endmacro %}
