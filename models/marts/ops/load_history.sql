with loads as (
    select * from {{ ref('stg_ops__dlt_loads') }}
)

select
    flow_run_id,
    source,
    table_name,
    business_date,
    row_count,
    size_bytes,
    cast(finished_at as double) - cast(started_at as double) as duration_seconds,
    started_at,
    finished_at
from loads
