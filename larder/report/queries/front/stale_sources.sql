-- Sources that were stale in the date's latest run, or could not be checked.
with latest as (
    select flow_run_id
    from ops.run_history
    where business_date = getvariable('business_date')
    order by started_at desc
    limit 1
)

select freshness.*
from ops.freshness_history as freshness
join latest using (flow_run_id)
where has_failed(freshness.status)
order by freshness.source_name, freshness.table_name
