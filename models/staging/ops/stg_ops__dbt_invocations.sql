select
    invocation_id,
    flow_run_id,
    command,
    dbt_version,
    project_name,
    target_name,
    selection_json,
    elapsed_seconds,
    is_full_refresh,
    window_from,
    window_to,
    _business_date as business_date,
    started_at,
    finished_at
from {{ source('ops', 'dbt_invocations') }}
