with metrics as (
    select * from {{ ref('stg_ops__column_metrics') }}
)

select
    flow_run_id,
    schema_name,
    table_name,
    column_name,
    business_date,
    value_count,
    null_count,
    cast(100 * {{ dbt_utils.safe_divide('cast(null_count as double)', 'value_count') }} as double) as null_pct,
    measured_at
from metrics
