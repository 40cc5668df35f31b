-- The product categories with the most extra units sold in promoting stores, over twelve weeks.
with lately as (
    select
        *,
        promoted_store_count * unpromoted_quantity / unpromoted_store_count as expected_quantity
    from gold.promotion_lift
    where
        unpromoted_store_count > 0
        and promotion_week > (select max(promotion_week) from gold.promotion_lift) - 12
)

select
    products.product_category,
    cast(sum(lately.promoted_quantity) as double) as promoted_quantity,
    sum(lately.expected_quantity) as expected_quantity,
    sum(lately.promoted_quantity) - sum(lately.expected_quantity) as extra_quantity,
    100.0 * (sum(lately.promoted_quantity) - sum(lately.expected_quantity)) / sum(lately.expected_quantity)
        as lift_pct
from lately
join gold.dim_products as products using (product_id)
where products.product_category is not null
group by products.product_category
having sum(lately.expected_quantity) > 0
order by extra_quantity desc, products.product_category
limit 10
