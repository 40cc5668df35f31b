-- name: promotion_lift
with placements as (
    select distinct placements.week as promotion_week, placements.store_id, placements.product_id
    from promotions_placements as placements
    inner join promotions_files as files
        on placements._file_name = files.file_name and placements._file_modified_at = files.modified_at
),
weeks as (
    select
        placements.week as promotion_week,
        count(distinct placements.store_id) as stores,
        max(files.loaded_at) as loaded_at
    from promotions_placements as placements
    inner join promotions_files as files
        on placements._file_name = files.file_name and placements._file_modified_at = files.modified_at
    group by all
),
-- Products with a sale in the week, in any store; then their rows in stores that had promotions.
sold as (
    select distinct promotion_week, product_id from store_product_sales_weekly where line_count > 0
),
sales as (
    select sales.*
    from store_product_sales_weekly as sales
    where (promotion_week, store_id) in (select (promotion_week, store_id) from placements)
),
promoted as (
    select promotion_week, product_id, count(*) as stores
    from placements inner join sold using (promotion_week, product_id)
    group by all
),
summed as (
    select
        promotion_week,
        product_id,
        sum(if(placements.store_id is null, 0, quantity)) as promoted_quantity,
        sum(if(placements.store_id is null, quantity, 0)) as unpromoted_quantity,
        max(loaded_at) as loaded_at
    from sales left join placements using (promotion_week, store_id, product_id)
    group by all
),
rated as (
    select
        promotion_week,
        product_id,
        promoted.stores as promoted_store_count,
        weeks.stores - promoted.stores as unpromoted_store_count,
        promoted_quantity,
        unpromoted_quantity,
        promoted_quantity / promoted.stores as promoted_rate,
        unpromoted_quantity / nullif(weeks.stores - promoted.stores, 0) as unpromoted_rate,
        summed.loaded_at as sales_loaded_at,
        weeks.loaded_at as promotions_loaded_at
    from promoted
    inner join summed using (promotion_week, product_id)
    inner join weeks using (promotion_week)
)
select
    promotion_week,
    product_id,
    promoted_store_count,
    unpromoted_store_count,
    promoted_quantity,
    unpromoted_quantity,
    promoted_rate as promoted_quantity_per_store,
    unpromoted_rate as unpromoted_quantity_per_store,
    100 * (promoted_rate - unpromoted_rate) / nullif(unpromoted_rate, 0) as lift_pct,
    sales_loaded_at,
    promotions_loaded_at
from rated;
