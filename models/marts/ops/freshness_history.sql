with checks as (
    select * from {{ ref('stg_ops__dbt_source_freshness') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
)

select
    checks.invocation_id,
    checks.flow_run_id,
    checks.unique_id,
    nodes.source_name,
    nodes.alias as table_name,
    nodes.owner,
    checks.business_date,
    checks.status,
    checks.age_seconds / 3600 as age_hours,
    checks.warn_after_seconds / 3600 as warn_after_hours,
    checks.error_after_seconds / 3600 as error_after_hours,
    checks.max_loaded_at,
    checks.snapshotted_at as checked_at
from checks
inner join nodes on checks.unique_id = nodes.unique_id
