select
    invocation_id,
    flow_run_id,
    unique_id,
    status,
    message,
    failure_count,
    code_version,
    lineage_version,
    compiled_code,
    thread_name,
    execution_seconds,
    _business_date as business_date,
    compile_started_at,
    compile_finished_at,
    execute_started_at,
    execute_finished_at,
    finished_at
from {{ source('ops', 'dbt_run_results') }}
