-- The nodes that failed in the date's latest run, in order, without those that were skipped because of them.
with latest as (
    select flow_run_id
    from ops.run_history
    where business_date = getvariable('business_date')
    order by started_at desc
    limit 1
),

models as (
    select
        flow_run_id, 'model' as kind, model_name as name, null as tested, null as column_name, owner, status,
        message, null as failure_count, null as failing_since, finished_at
    from ops.model_run_history
    where has_failed(status)
),

tests as (
    select
        flow_run_id, 'test' as kind, test_name as name, model_name as tested, column_name, owner, status, message,
        failure_count, failing_since, finished_at
    from ops.test_run_history
    where has_failed(status)
)

select failed.*
from (select * from models union all select * from tests) as failed
join latest using (flow_run_id)
order by finished_at, kind, name
