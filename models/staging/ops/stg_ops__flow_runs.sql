select
    flow_run_id,
    flow_name,
    run_name,
    business_date,
    outcome,
    failed_step,
    error,
    is_full_refresh,
    clock_offset_seconds,
    started_at,
    finished_at
from {{ source('ops', 'flow_runs') }}
