-- Sales of the latest four weeks by department.
select
    coalesce(products.department, 'UNKNOWN') as department,
    cast(sum(sales.net_sales_usd) as double) as net_sales_usd,
    cast(sum(sales.quantity) as bigint) as quantity,
    100.0 * cast(sum(sales.net_sales_usd) as double)
        / nullif(sum(cast(sum(sales.net_sales_usd) as double)) over (), 0) as share_pct,
    100.0 * cast(sum(sales.discount_usd) as double)
        / nullif(cast(sum(sales.net_sales_usd + sales.discount_usd) as double), 0) as discount_pct
from gold.product_sales_daily as sales
left join gold.dim_products as products using (product_id)
group by 1
order by net_sales_usd desc, 1
limit 10
