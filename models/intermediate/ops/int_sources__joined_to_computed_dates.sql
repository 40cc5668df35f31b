with loads as (
    select * from {{ ref('stg_ops__load_log') }}
    where source != 'quarantine'
),

dlt_loads as (
    select * from {{ ref('stg_ops__dlt_loads') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
    where resource_type = 'source'
)

select
    nodes.unique_id,
    dlt_loads.flow_run_id,
    loads.business_date,
    -- A load takes what is new since the one before it, whatever its business date.
    date_add(coalesce(max(loads.business_date) over (
        partition by nodes.unique_id
        order by loads.finished_at
        rows between unbounded preceding and 1 preceding
    ), date '1899-12-31'), 1) as computed_from,
    loads.business_date as computed_to,
    loads.finished_at as loaded_at
from loads
inner join nodes on loads.table_name = nodes.alias
left join dlt_loads on loads.table_name = dlt_loads.table_name and loads.started_at = dlt_loads.started_at
