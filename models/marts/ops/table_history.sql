with metrics as (
    select * from {{ ref('stg_ops__table_metrics') }}
)

select
    flow_run_id,
    schema_name,
    table_name,
    business_date,
    row_count,
    row_count - lag(row_count) over (
        partition by schema_name, table_name order by measured_at
    ) as row_count_change,
    file_count,
    size_bytes,
    measured_at
from metrics
