with placements as (
    select * from {{ ref('stg_promotions__placements') }}
),

sales as (
    select * from {{ ref('store_product_sales_weekly') }}
)

-- Most placements are of products that were not sold that week; they are filtered out before anything is counted.
select distinct
    placements.promotion_week,
    placements.product_id,
    placements.store_id
from placements
left semi join sales
    on
        placements.promotion_week = sales.promotion_week
        and placements.product_id = sales.product_id
        and sales.line_count > 0
