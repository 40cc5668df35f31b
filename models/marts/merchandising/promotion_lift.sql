{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by=['promotion_week']
    )
}}

-- depends_on: {{ ref('stg_promotions__weeks') }}, {{ ref('store_product_sales_weekly') }}, {{ ref('dim_dates') }}
-- depends_on: {{ ref('stg_shop__sold_dates') }}
-- Sales and promotions arrive separately, so each has its own high-water mark.
{% if is_incremental() %}
    {% set sales_since = high_water('sales_loaded_at') %}
    {% set changed_weeks %}
        select promotion_week from {{ ref('stg_promotions__weeks') }}
        where loaded_at > {{ high_water('promotions_loaded_at') }}
        union
        select promotion_week from {{ ref('store_product_sales_weekly') }}
        where loaded_at > {{ sales_since }}
        union
        select dates.promotion_week from {{ ref('dim_dates') }} as dates
        inner join {{ ref('stg_shop__sold_dates') }} as sold_dates
            on dates.calendar_date = sold_dates.sold_date
        where greatest(sold_dates.loaded_at, sold_dates.due_at) > {{ sales_since }}
    {% endset %}
    {% set weeks = value_list(changed_weeks, 'bigint') %}
    -- replaces: promotion_week in {{ weeks }}
{% endif %}

with promoted_stores as (
    select * from {{ ref('int_placements__limited_to_sold_products') }}
    {% if is_incremental() %}
        where promotion_week in {{ weeks }}
    {% endif %}
),

sales as (
    select * from {{ ref('int_store_product_sales__limited_to_reporting_stores') }}
    {% if is_incremental() %}
        where promotion_week in {{ weeks }}
    {% endif %}
),

compared as (
    select
        coalesce(sales.promotion_week, promoted.promotion_week) as promotion_week,
        coalesce(sales.product_id, promoted.product_id) as product_id,
        count(promoted.store_id) as promoted_store_count,
        max(sales.reporting_store_count) - count(promoted.store_id) as unpromoted_store_count,
        sum(case when promoted.store_id is not null then sales.quantity else 0 end) as promoted_quantity,
        sum(case when promoted.store_id is null then sales.quantity else 0 end) as unpromoted_quantity,
        max(sales.sales_loaded_at) as sales_loaded_at,
        max(sales.promotions_loaded_at) as promotions_loaded_at
    from sales
    full outer join promoted_stores as promoted
        on
            sales.promotion_week = promoted.promotion_week
            and sales.product_id = promoted.product_id
            and sales.store_id = promoted.store_id
    group by
        coalesce(sales.promotion_week, promoted.promotion_week),
        coalesce(sales.product_id, promoted.product_id)
    -- Promoted by at least one store, and sold in at least one store that had promotions.
    having count(promoted.store_id) > 0 and count(sales.store_id) > 0
),

rated as (
    select
        *,
        promoted_quantity / promoted_store_count as promoted_rate,
        try_divide(unpromoted_quantity, unpromoted_store_count) as unpromoted_rate
    from compared
)

select
    promotion_week,
    product_id,
    promoted_store_count,
    unpromoted_store_count,
    promoted_quantity,
    unpromoted_quantity,
    cast(promoted_rate as decimal(20, 4)) as promoted_quantity_per_store,
    cast(unpromoted_rate as decimal(20, 4)) as unpromoted_quantity_per_store,
    cast(100 * try_divide(promoted_rate - unpromoted_rate, unpromoted_rate) as decimal(20, 2)) as lift_pct,
    sales_loaded_at,
    promotions_loaded_at
from rated
