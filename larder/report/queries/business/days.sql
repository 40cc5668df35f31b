-- Sales per day of all stores, with the mean of the seven days that end on it.
with days as (
    select
        sold_date,
        sum(net_sales_usd) as net_sales_usd,
        sum(basket_count) as basket_count
    from gold.store_sales_daily
    group by sold_date
)

select
    sold_date,
    cast(net_sales_usd as double) as net_sales_usd,
    cast(basket_count as bigint) as basket_count,
    cast(avg(net_sales_usd) over week as double) as week_mean_usd,
    cast(avg(basket_count) over week as double) as week_mean_baskets,
    cast(sum(net_sales_usd) over week as double) / nullif(cast(sum(basket_count) over week as double), 0)
        as week_basket_usd
from days
window week as (order by sold_date range between interval 6 days preceding and current row)
order by sold_date
