{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by=['sold_date']
    )
}}

-- depends_on: {{ ref('stg_shop__sold_dates') }}
{% if is_incremental() %}
    {% set changed_dates = changed_dates(ref('fct_basket_lines')) %}
    -- replaces: sold_date in {{ changed_dates }}
{% endif %}

with basket_lines as (
    select * from {{ ref('fct_basket_lines') }}
    {% if is_incremental() %}
        where sold_date in {{ changed_dates }}
    {% endif %}
)

{% set sales, key = 'filter (where not is_voided)', ['product_id', 'sold_date'] %}
-- A product whose lines of a day were all voided keeps a row with zeros.
select
    product_id,
    sold_date,
    count_if(not is_voided) as line_count,
    coalesce(sum(quantity) filter (where not is_voided), 0) as quantity,
    {{ to_usd('coalesce(sum(gross_sales_usd) ' ~ sales ~ ', 0)', 'gross_sales_usd', key=key) }} as gross_sales_usd,
    {{ to_usd(
        'coalesce(sum(retail_discount_usd) ' ~ sales ~ ' + sum(coupon_match_discount_usd) ' ~ sales ~ ', 0)',
        'discount_usd', key=key
    ) }} as discount_usd,
    {{ to_usd('coalesce(sum(net_sales_usd) ' ~ sales ~ ', 0)', 'net_sales_usd', key=key) }} as net_sales_usd,
    max(loaded_at) as loaded_at
from basket_lines
group by
    product_id,
    sold_date
