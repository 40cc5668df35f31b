select
    concat_ws('.', invocation_id, unique_id) as model_execution_id,
    invocation_id,
    unique_id,
    status,
    message,
    failure_count as failures,
    compiled_code,
    thread_name as thread_id,
    execution_seconds as execution_time,
    {{ elementary.as_text('execute_started_at') }} as execute_started_at,
    {{ elementary.as_text('coalesce(execute_finished_at, finished_at)') }} as execute_completed_at,
    {{ elementary.as_text('finished_at') }} as generated_at
from {{ source('ops', 'dbt_run_results') }}
