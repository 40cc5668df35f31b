select
    flow_run_id,
    schema_name,
    table_name,
    column_name,
    value_count,
    null_count,
    _business_date as business_date,
    measured_at
from {{ source('ops', 'column_metrics') }}
