-- The rows loaded by the date's latest run, by table.
with latest as (
    select flow_run_id
    from ops.run_history
    where business_date = getvariable('business_date')
    order by started_at desc
    limit 1
)

select loads.*
from ops.load_history as loads
join latest using (flow_run_id)
order by loads.source, loads.row_count desc, loads.table_name
