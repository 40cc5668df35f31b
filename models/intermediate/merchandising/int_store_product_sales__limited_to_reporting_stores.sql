with sales as (
    select * from {{ ref('store_product_sales_weekly') }}
),

placements as (
    select * from {{ ref('stg_promotions__placements') }}
),

reporting_stores as (
    select
        promotion_week,
        store_id,
        count(*) over (partition by promotion_week) as store_count,
        max(max(loaded_at)) over (partition by promotion_week) as promotions_loaded_at
    from placements
    group by
        promotion_week,
        store_id
)

select
    sales.promotion_week,
    sales.store_id,
    sales.product_id,
    reporting_stores.store_count as reporting_store_count,
    sales.quantity,
    sales.loaded_at as sales_loaded_at,
    reporting_stores.promotions_loaded_at
from sales
inner join reporting_stores
    on
        sales.promotion_week = reporting_stores.promotion_week
        and sales.store_id = reporting_stores.store_id
