select
    load_id,
    flow_run_id,
    source,
    table_name,
    row_count,
    file_count,
    size_bytes,
    _business_date as business_date,
    started_at,
    finished_at
from {{ source('ops', 'dlt_loads') }}
