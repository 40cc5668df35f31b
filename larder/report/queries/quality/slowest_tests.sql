-- The tests that take longest, by the median of their latest ten runs.
with runs as (
    select *
    from ops.test_run_history
    where status in ('pass', 'warn', 'fail')
    qualify row_number() over (partition by unique_id order by finished_at desc) <= 10
)

select
    unique_id,
    arg_max(test_name, finished_at) as test_name,
    arg_max(model_name, finished_at) as model_name,
    median(execution_seconds) as median_seconds,
    arg_max(execution_seconds, finished_at) as latest_seconds,
    list(execution_seconds order by finished_at) as times
from runs
group by unique_id
order by median_seconds desc, unique_id
limit 12
