{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        partition_by=['promotion_week']
    )
}}

with dates as (
    select
        calendar_date,
        promotion_week
    from {{ ref('dim_dates') }}
    {% if is_incremental() %}
        where promotion_week in (
            select promotion_week from {{ ref('stg_promotions__files') }}
            where loaded_at > {{ high_water('loaded_at') }}
            union all
            select changed_dates.promotion_week
            from {{ ref('fct_basket_lines') }} as changed_lines
            inner join {{ ref('dim_dates') }} as changed_dates on changed_lines.sold_date = changed_dates.calendar_date
            where changed_lines.loaded_at > {{ high_water('loaded_at') }}
        )
    {% endif %}
),

placements as (
    select * from {{ ref('stg_promotions__placements') }}
    where promotion_week in (select dates.promotion_week from dates)
),

basket_lines as (
    select
        basket_lines.*,
        dates.promotion_week
    from {{ ref('fct_basket_lines') }} as basket_lines
    inner join dates on basket_lines.sold_date = dates.calendar_date
),

weeks as (
    select
        promotion_week,
        count(distinct store_id) as reporting_store_count,
        max(loaded_at) as placements_loaded_at
    from placements
    group by promotion_week
),

reporting_stores as (
    select distinct
        promotion_week,
        store_id
    from placements
),

sales as (
    select
        basket_lines.promotion_week,
        basket_lines.product_id,
        basket_lines.store_id,
        sum(case when basket_lines.is_voided then 0 else basket_lines.quantity end) as quantity,
        max(basket_lines.loaded_at) as loaded_at
    from basket_lines
    left semi join reporting_stores
        on
            basket_lines.promotion_week = reporting_stores.promotion_week
            and basket_lines.store_id = reporting_stores.store_id
    group by
        basket_lines.promotion_week,
        basket_lines.product_id,
        basket_lines.store_id
),

sold as (
    select
        promotion_week,
        product_id,
        sum(quantity) as quantity
    from sales
    group by
        promotion_week,
        product_id
),

-- Only products that sold in the week: a lift from nothing to nothing says nothing.
promoted_stores as (
    select distinct
        placements.promotion_week,
        placements.product_id,
        placements.store_id
    from placements
    left semi join sold
        on
            placements.promotion_week = sold.promotion_week
            and placements.product_id = sold.product_id
),

promoted as (
    select
        promoted_stores.promotion_week,
        promoted_stores.product_id,
        count(*) as store_count,
        sum(coalesce(sales.quantity, 0)) as quantity
    from promoted_stores
    left join sales
        on
            promoted_stores.promotion_week = sales.promotion_week
            and promoted_stores.product_id = sales.product_id
            and promoted_stores.store_id = sales.store_id
    group by
        promoted_stores.promotion_week,
        promoted_stores.product_id
)

select
    promoted.promotion_week,
    promoted.product_id,
    promoted.store_count as promoted_store_count,
    weeks.reporting_store_count - promoted.store_count as unpromoted_store_count,
    promoted.quantity as promoted_quantity,
    sold.quantity - promoted.quantity as unpromoted_quantity,
    weeks.placements_loaded_at as loaded_at
from promoted
inner join sold
    on
        promoted.promotion_week = sold.promotion_week
        and promoted.product_id = sold.product_id
inner join weeks on promoted.promotion_week = weeks.promotion_week
