-- The number of prices that rose and fell on each recent day with changes.
with changes as (
    select
        cast(valid_from_at as date) as changed_date,
        change_pct
    from gold.price_history
    where previous_price_usd is not null and valid_from_at < getvariable('business_date') + interval 1 day
)

select
    changed_date,
    count(*) filter (where change_pct > 0) as raised_count,
    count(*) filter (where change_pct < 0) as lowered_count,
    median(cast(change_pct as double)) as median_pct
from changes
where changed_date > getvariable('business_date') - interval 28 days
group by changed_date
order by changed_date
