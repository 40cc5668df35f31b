{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        unique_key='basket_id',
        partition_by=['sold_date'],
        event_time='sold_date'
    )
}}

-- A failed test only skips nodes that depend on everything it reads. With this dependency, marts wait until the shop's
-- control totals agree.
-- depends_on: {{ ref('stg_shop__control_totals') }}
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

select
    basket_id,
    household_id,
    store_id,
    sold_date,
    count(*) as line_count,
    sum(quantity) as quantity,
    sum(gross_sales_usd) as gross_sales_usd,
    sum(retail_discount_usd) as retail_discount_usd,
    sum(coupon_match_discount_usd) as coupon_match_discount_usd,
    sum(net_sales_usd) as net_sales_usd,
    sum(coupon_discount_usd) as coupon_discount_usd,
    is_voided,
    sold_at,
    max(updated_at) as updated_at,
    max(loaded_at) as loaded_at
from basket_lines
group by
    basket_id,
    household_id,
    store_id,
    sold_date,
    is_voided,
    sold_at
