with runs as (
    select * from {{ ref('stg_ops__flow_runs') }}
),

results as (
    select * from {{ ref('stg_ops__dbt_run_results') }}
),

loads as (
    select * from {{ ref('stg_ops__dlt_loads') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
),

publications as (
    select * from {{ ref('stg_ops__publications') }}
),

-- The runs that worked on a branch; readers get their tables when it is published.
branched as (
    select
        flow_run_id,
        max(case when state = 'published' then happened_at end) as published_at
    from publications
    where flow_run_id is not null
    group by flow_run_id
),

-- A build does not count if one of the node's tests failed in the same command.
faulty as (
    select distinct
        results.invocation_id,
        nodes.tested_node
    from results
    inner join nodes on results.unique_id = nodes.unique_id
    where nodes.resource_type = 'test' and results.status in {{ failed_statuses() }}
)

select
    results.unique_id,
    runs.business_date,
    make_dt_interval(0, 0, 0, runs.clock_offset_seconds)
    + coalesce(branched.published_at, results.finished_at) as ready_at
from results
inner join runs on results.flow_run_id = runs.flow_run_id
left anti join faulty
    on results.invocation_id = faulty.invocation_id and results.unique_id = faulty.tested_node
left join branched on results.flow_run_id = branched.flow_run_id
where
    results.status = 'success'
    and (branched.flow_run_id is null or branched.published_at is not null)
union all
select
    nodes.unique_id,
    runs.business_date,
    loads.finished_at + make_dt_interval(0, 0, 0, runs.clock_offset_seconds) as ready_at
from loads
inner join runs on loads.flow_run_id = runs.flow_run_id
inner join nodes on loads.table_name = nodes.alias
where nodes.resource_type = 'source' and nodes.ready_by is not null
