-- The number of households and the share of sales of each segment.
select
    segment,
    count(*) as household_count,
    100.0 * count(*) / sum(count(*)) over () as household_pct,
    100.0 * cast(sum(lifetime_value_usd) as double) / nullif(sum(cast(sum(lifetime_value_usd) as double)) over (), 0)
        as sales_pct,
    cast(avg(lifetime_value_usd) as double) as mean_value_usd,
    median(days_since_last_order) as median_days
from gold.customer_rfm
group by segment
order by sales_pct desc, segment
