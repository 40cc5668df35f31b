{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by=['promotion_week']
    )
}}

{% set files = ref('stg_promotions__files') %}

{% if is_incremental() %}
    {% set changed_weeks %}
        select promotion_week from {{ files }}
        where loaded_at > {{ high_water('loaded_at') }}
        union
        select dates.promotion_week from {{ ref('fct_basket_lines') }} as basket_lines
        inner join {{ ref('dim_dates') }} as dates on basket_lines.sold_date = dates.calendar_date
        where basket_lines.loaded_at > {{ high_water('loaded_at') }}
    {% endset %}
    {% set weeks = value_list(changed_weeks, 'bigint') %}
    {% set days_of_weeks %}
        select cast(calendar_date as string) from {{ ref('dim_dates') }}
        where promotion_week in {{ weeks }}
    {% endset %}
    {% set days = value_list(days_of_weeks, 'date') %}
{% endif %}

with dates as (
    select
        calendar_date,
        promotion_week
    from {{ ref('dim_dates') }}
    {% if is_incremental() %}
        where promotion_week in {{ weeks }}
    {% endif %}
),

placements as (
    select * from {{ ref('stg_promotions__placements') }}
    {% if is_incremental() %}
        where promotion_week in {{ weeks }}
    {% endif %}
),

basket_lines as (
    select * from {{ ref('fct_basket_lines') }}
    {% if is_incremental() %}
        where sold_date in {{ days }}
    {% endif %}
),

product_days as (
    select * from {{ ref('product_sales_daily') }}
    {% if is_incremental() %}
        where sold_date in {{ days }}
    {% endif %}
),

reporting_stores as (
    select
        promotion_week,
        store_id,
        max(loaded_at) as loaded_at,
        count(*) over (partition by promotion_week) as store_count
    from placements
    group by
        promotion_week,
        store_id
),

sales as (
    select
        dates.promotion_week,
        basket_lines.product_id,
        basket_lines.store_id,
        reporting_stores.store_count as reporting_store_count,
        sum(case when basket_lines.is_voided then 0 else basket_lines.quantity end) as quantity,
        max(greatest(basket_lines.loaded_at, reporting_stores.loaded_at)) as loaded_at
    from basket_lines
    inner join dates on basket_lines.sold_date = dates.calendar_date
    inner join reporting_stores
        on
            dates.promotion_week = reporting_stores.promotion_week
            and basket_lines.store_id = reporting_stores.store_id
    group by
        dates.promotion_week,
        basket_lines.product_id,
        basket_lines.store_id,
        reporting_stores.store_count
),

-- Most placements are of products that nobody bought that week: they are left out before anything is counted.
sold_products as (
    select distinct
        dates.promotion_week,
        product_days.product_id
    from product_days
    inner join dates on product_days.sold_date = dates.calendar_date
    where product_days.line_count > 0
),

promoted_stores as (
    select distinct
        placements.promotion_week,
        placements.product_id,
        placements.store_id
    from placements
    left semi join sold_products
        on
            placements.promotion_week = sold_products.promotion_week
            and placements.product_id = sold_products.product_id
),

compared as (
    select
        coalesce(sales.promotion_week, promoted_stores.promotion_week) as promotion_week,
        coalesce(sales.product_id, promoted_stores.product_id) as product_id,
        max(sales.reporting_store_count) as reporting_store_count,
        count(promoted_stores.store_id) as promoted_store_count,
        sum(case when promoted_stores.store_id is not null then sales.quantity else 0 end) as promoted_quantity,
        sum(case when promoted_stores.store_id is null then sales.quantity else 0 end) as unpromoted_quantity,
        max(sales.loaded_at) as loaded_at
    from sales
    full outer join promoted_stores
        on
            sales.promotion_week = promoted_stores.promotion_week
            and sales.product_id = promoted_stores.product_id
            and sales.store_id = promoted_stores.store_id
    group by
        coalesce(sales.promotion_week, promoted_stores.promotion_week),
        coalesce(sales.product_id, promoted_stores.product_id)
),

rated as (
    select
        *,
        reporting_store_count - promoted_store_count as unpromoted_store_count,
        promoted_quantity / promoted_store_count as promoted_rate,
        try_divide(unpromoted_quantity, reporting_store_count - promoted_store_count) as unpromoted_rate
    from compared
    where promoted_store_count > 0 and reporting_store_count is not null
)

select
    promotion_week,
    product_id,
    promoted_store_count,
    unpromoted_store_count,
    promoted_quantity,
    unpromoted_quantity,
    cast(promoted_rate as decimal(12, 4)) as promoted_quantity_per_store,
    cast(unpromoted_rate as decimal(12, 4)) as unpromoted_quantity_per_store,
    cast(100 * try_divide(promoted_rate - unpromoted_rate, unpromoted_rate) as decimal(14, 2)) as lift_pct,
    loaded_at
from rated
