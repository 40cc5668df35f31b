select
    flow_run_id,
    schema_name,
    table_name,
    row_count,
    file_count,
    size_bytes,
    _business_date as business_date,
    committed_at,
    measured_at
from {{ source('ops', 'table_metrics') }}
