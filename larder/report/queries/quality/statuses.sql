-- Tests by status in the latest run of each date.
with tests as (
    select *
    from ops.test_run_history
    qualify row_number() over (partition by unique_id, business_date order by finished_at desc) = 1
)

select
    business_date,
    count(*) filter (where status = 'pass') as passed_count,
    count(*) filter (where status = 'warn') as warned_count,
    count(*) filter (where has_failed(status)) as failed_count,
    count(*) filter (where status not in ('pass', 'warn') and not has_failed(status)) as skipped_count
from tests
group by business_date
order by business_date
