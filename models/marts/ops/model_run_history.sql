with results as (
    select * from {{ ref('stg_ops__dbt_run_results') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
    where resource_type in ('model', 'snapshot')
)

select
    results.invocation_id,
    results.flow_run_id,
    results.unique_id,
    nodes.name as model_name,
    nodes.schema_name,
    nodes.materialization,
    nodes.owner,
    results.business_date,
    results.status,
    results.message,
    results.execution_seconds,
    percentile(case when results.status = 'success' then results.execution_seconds end, 0.5) over (
        partition by results.unique_id
        order by results.finished_at
        rows between 10 preceding and 1 preceding
    ) as usual_seconds,
    results.finished_at
from results
inner join nodes on results.unique_id = nodes.unique_id
