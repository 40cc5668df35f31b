{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by=['promotion_week']
    )
}}

{% if is_incremental() %}
    {% set changed_weeks %}
        select distinct dates.promotion_week from {{ ref('fct_basket_lines') }} as basket_lines
        inner join {{ ref('dim_dates') }} as dates on basket_lines.sold_date = dates.calendar_date
        where basket_lines.loaded_at > {{ high_water('loaded_at') }}
    {% endset %}
    {% set days_of_weeks %}
        select cast(calendar_date as string) from {{ ref('dim_dates') }}
        where promotion_week in {{ value_list(changed_weeks, 'bigint') }}
    {% endset %}
{% endif %}

with basket_lines as (
    select * from {{ ref('fct_basket_lines') }}
    {% if is_incremental() %}
        where sold_date in {{ value_list(days_of_weeks, 'date') }}
    {% endif %}
),

dates as (
    select * from {{ ref('dim_dates') }}
)

select
    dates.promotion_week,
    basket_lines.store_id,
    basket_lines.product_id,
    count_if(not basket_lines.is_voided) as line_count,
    coalesce(sum(basket_lines.quantity) filter (where not basket_lines.is_voided), 0) as quantity,
    max(basket_lines.loaded_at) as loaded_at
from basket_lines
inner join dates on basket_lines.sold_date = dates.calendar_date
group by
    dates.promotion_week,
    basket_lines.store_id,
    basket_lines.product_id
