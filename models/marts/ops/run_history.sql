with runs as (
    select * from {{ ref('stg_ops__flow_runs') }}
),

results as (
    select * from {{ ref('stg_ops__dbt_run_results') }}
),

counted as (
    select
        flow_run_id,
        count_if(status in ('success', 'pass')) as passed_count,
        count_if(status = 'warn') as warned_count,
        count_if(status in {{ failed_statuses() }}) as failed_count,
        count_if(status = 'skipped') as skipped_count
    from results
    group by flow_run_id
)

select
    runs.flow_run_id,
    runs.flow_name,
    runs.run_name,
    runs.business_date,
    runs.outcome,
    runs.failed_step,
    runs.error,
    runs.is_full_refresh,
    coalesce(counted.passed_count, 0) as passed_count,
    coalesce(counted.warned_count, 0) as warned_count,
    coalesce(counted.failed_count, 0) as failed_count,
    coalesce(counted.skipped_count, 0) as skipped_count,
    cast(runs.finished_at as double) - cast(runs.started_at as double) as duration_seconds,
    runs.started_at,
    runs.finished_at
from runs
left join counted on runs.flow_run_id = counted.flow_run_id
