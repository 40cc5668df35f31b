{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by=['promotion_week']
    )
}}

-- depends_on: {{ ref('stg_shop__sold_dates') }}
{% if is_incremental() %}
    {% set weeks_of_changed_dates %}
        select distinct cast(promotion_week as string) from {{ ref('dim_dates') }}
        where calendar_date in {{ changed_dates(ref('fct_basket_lines')) }}
    {% endset %}
    {% set changed_weeks = value_list(weeks_of_changed_dates, 'bigint') %}
    {% set days_of_weeks %}
        select cast(calendar_date as string) from {{ ref('dim_dates') }}
        where promotion_week in {{ changed_weeks }}
    {% endset %}
    -- replaces: promotion_week in {{ changed_weeks }}
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
