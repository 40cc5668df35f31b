-- The tests of the date's latest run, by status.
with latest as (
    select flow_run_id
    from ops.run_history
    where business_date = getvariable('business_date')
    order by started_at desc
    limit 1
)

select
    count(*) as test_count,
    count(*) filter (where status = 'pass') as passed_count,
    count(*) filter (where status = 'warn') as warned_count,
    count(*) filter (where has_failed(status)) as failed_count
from ops.test_run_history
join latest using (flow_run_id)
