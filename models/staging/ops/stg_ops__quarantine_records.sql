-- Neither the row nor its key: they may be personal.
select
    record_id,
    run_id as flow_run_id,
    source,
    resource as table_name,
    split_part(table_name, '.', 1) as schema_name,  -- noqa: RF04
    rule,
    column_name,
    reason,
    state,
    business_date,
    first_seen_at,
    last_seen_at,
    closed_at
from {{ source('quarantine', 'records') }}
