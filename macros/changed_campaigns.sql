{#- Marketing and sales data arrive separately, so each has its own high-water mark. -#}
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
    {%- endset -%}
    {{ value_list(query, 'bigint') }}
{%- endmacro %}
