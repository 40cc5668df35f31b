-- The stores that sold most in the latest four weeks.
select
    *,
    100.0 * cast(net_sales_28_days_usd as double) / max(cast(net_sales_28_days_usd as double)) over () as share_pct
from gold.store_summary
where net_sales_28_days_usd > 0
order by net_sales_28_days_usd desc, store_name
limit 10
