-- Campaigns that have begun, latest first.
select
    *,
    100.0 * cast(campaign_net_sales_usd - previous_net_sales_usd as double)
        / nullif(cast(previous_net_sales_usd as double), 0) as change_pct
from gold.campaign_performance
where start_date <= getvariable('business_date')
order by start_date desc, campaign_id desc
limit 15
