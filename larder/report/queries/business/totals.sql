-- The latest day, week and four weeks with sales, each with the same period before.
with latest as (
    select max(sold_date) as day from gold.store_sales_daily
),

aged as (
    select
        sales.*,
        date_diff('day', sales.sold_date, latest.day) as days_ago
    from gold.store_sales_daily as sales
    cross join latest
)

select
    max(sold_date) as latest_date,
    cast(sum(net_sales_usd) filter (where days_ago = 0) as double) as day_usd,
    cast(sum(net_sales_usd) filter (where days_ago = 7) as double) as day_before_usd,
    cast(sum(net_sales_usd) filter (where days_ago < 7) as double) as week_usd,
    cast(sum(net_sales_usd) filter (where days_ago between 7 and 13) as double) as week_before_usd,
    cast(sum(basket_count) filter (where days_ago < 7) as bigint) as week_baskets,
    cast(sum(basket_count) filter (where days_ago between 7 and 13) as bigint) as week_before_baskets,
    cast(sum(voided_basket_count) filter (where days_ago < 28) as bigint) as month_voided,
    cast(sum(net_sales_usd) filter (where days_ago < 28) as double) as month_usd,
    cast(sum(net_sales_usd) filter (where days_ago between 28 and 55) as double) as month_before_usd,
    cast(sum(basket_count) filter (where days_ago < 28) as bigint) as month_baskets,
    cast(sum(basket_count) filter (where days_ago between 28 and 55) as bigint) as month_before_baskets,
    cast(sum(gross_sales_usd) filter (where days_ago < 28) as double) as month_gross_usd,
    cast(sum(discount_usd) filter (where days_ago < 28) as double) as month_discount_usd,
    count(distinct store_id) filter (where days_ago < 7 and basket_count > 0) as week_stores
from aged
having count(*) > 0
