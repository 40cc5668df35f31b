-- Tests that failed or warned on any of the last 14 dates, with their status on each.
with tests as (
    select *
    from ops.test_run_history
    qualify row_number() over (partition by unique_id, business_date order by finished_at desc) = 1
),

dates as (
    select distinct business_date
    from tests
    order by business_date desc
    limit 14
),

troubled as (
    select
        unique_id,
        count(*) filter (where has_failed(status)) as failed_count,
        count(*) filter (where status = 'warn') as warned_count
    from tests
    join dates using (business_date)
    group by unique_id
    having failed_count + warned_count > 0
    order by failed_count desc, warned_count desc, unique_id
    limit 20
)

select
    tests.unique_id,
    tests.test_name,
    tests.model_name,
    tests.business_date,
    tests.status,
    troubled.failed_count,
    troubled.warned_count
from tests
join dates using (business_date)
join troubled using (unique_id)
order by troubled.failed_count desc, troubled.warned_count desc, tests.unique_id, tests.business_date
