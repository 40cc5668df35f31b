select
    invocation_id,
    flow_run_id,
    unique_id,
    status,
    error,
    age_seconds,
    warn_after_seconds,
    error_after_seconds,
    _business_date as business_date,
    max_loaded_at,
    snapshotted_at
from {{ source('ops', 'dbt_source_freshness') }}
