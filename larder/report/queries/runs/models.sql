-- The latest build of each model, with its usual time, slowest first.
with builds as (
    select *
    from ops.model_run_history
    where status = 'success'
),

series as (
    select
        unique_id,
        list(execution_seconds order by finished_at) as times
    from builds
    group by unique_id
)

select
    builds.*,
    series.times[-20:] as times
from builds
join series using (unique_id)
qualify row_number() over (partition by builds.unique_id order by builds.finished_at desc) = 1
order by builds.execution_seconds desc, builds.unique_id
