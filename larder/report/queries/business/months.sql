-- Households that bought in each month, and what they spent.
select
    month_date,
    count(*) as household_count,
    cast(sum(net_sales_usd) as double) / count(*) as household_usd,
    sum(basket_count) / count(*) as household_baskets
from gold.household_sales_monthly
where basket_count > 0
group by month_date
order by month_date
