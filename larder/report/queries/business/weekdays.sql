-- An average Monday to Sunday of the latest twelve weeks.
with days as (
    select
        sold_date,
        cast(sum(net_sales_usd) as double) as net_sales_usd
    from gold.store_sales_daily
    where sold_date > (select max(sold_date) from gold.store_sales_daily) - interval 84 days
    group by sold_date
)

select
    strftime(sold_date, '%a') as weekday,
    avg(net_sales_usd) as net_sales_usd
from days
group by weekday, isodow(sold_date)
order by isodow(sold_date)
