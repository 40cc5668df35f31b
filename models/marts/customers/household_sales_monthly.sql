{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by=['month_date']
    )
}}

-- A month is replaced as a whole. Its days are listed so that only their files are read.
-- depends_on: {{ ref('stg_shop__sold_dates') }}
{% if is_incremental() %}
    {% set changed_dates = "(select explode(array" ~ changed_dates(ref('fct_baskets')) ~ ") as sold_date) as changed" %}
    {% set months %}
        select distinct cast(cast(trunc(sold_date, 'month') as date) as string) from {{ changed_dates }}
        where sold_date is not null
    {% endset %}
    {% set days_of_months %}
        select distinct cast(day_of_month as string) from (
            select explode(sequence(trunc(sold_date, 'month'), last_day(sold_date))) as day_of_month
            from {{ changed_dates }}
        ) as days
    {% endset %}
    -- replaces: month_date in {{ value_list(months, 'date') }}
{% endif %}

with baskets as (
    select
        *,
        cast(trunc(sold_date, 'month') as date) as month_date
    from {{ ref('fct_baskets') }}
    {% if is_incremental() %}
        where sold_date in {{ value_list(days_of_months, 'date') }}
    {% endif %}
)

{% set sales, key = 'filter (where not is_voided)', ['month_date'] %}
-- A household whose baskets of a month were all voided keeps a row with zeros.
select
    household_id,
    month_date,
    count_if(not is_voided) as basket_count,
    coalesce(sum(quantity) filter (where not is_voided), 0) as quantity,
    {{ to_usd(
        'coalesce(sum(retail_discount_usd) ' ~ sales ~ ' + sum(coupon_match_discount_usd) ' ~ sales ~ ', 0)',
        'discount_usd', key=key
    ) }} as discount_usd,
    {{ to_usd('coalesce(sum(net_sales_usd) ' ~ sales ~ ', 0)', 'net_sales_usd', key=key) }} as net_sales_usd,
    min(sold_date) filter (where not is_voided) as first_sold_date,
    max(sold_date) filter (where not is_voided) as last_sold_date,
    max(loaded_at) as loaded_at
from baskets
group by
    household_id,
    month_date
