with nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
),

invocations as (
    select * from {{ ref('stg_ops__dbt_invocations') }}
),

results as (
    select * from {{ ref('stg_ops__dbt_run_results') }}
),

days as (
    select * from {{ ref('int_business_dates__expanded') }}
),

computed as (
    select
        unique_id,
        flow_run_id,
        cast(null as string) as code_version,
        cast(null as string) as lineage_version,
        business_date,
        computed_from,
        computed_to,
        loaded_at,
        cast(null as timestamp) as built_at,
        cast(null as timestamp) as tested_at,
        cast(null as timestamp) as published_at
    from {{ ref('int_sources__joined_to_computed_dates') }}
    union all
    select
        unique_id,
        flow_run_id,
        code_version,
        lineage_version,
        business_date,
        computed_from,
        computed_to,
        cast(null as timestamp) as loaded_at,
        built_at,
        tested_at,
        published_at
    from {{ ref('int_nodes__joined_to_computed_dates') }}
),

numbered as (
    select
        *,
        row_number() over (partition by unique_id order by coalesce(built_at, loaded_at)) as build_number
    from computed
),

latest as (
    select
        numbered.unique_id,
        days.business_date,
        max(numbered.build_number) as build_number,
        min(case when numbered.business_date >= days.business_date then numbered.business_date end) as covered_by_date
    from days
    inner join numbered on days.business_date between numbered.computed_from and numbered.computed_to
    group by
        numbered.unique_id,
        days.business_date
),

tried as (
    select distinct
        unique_id,
        business_date
    from results
)

select
    nodes.unique_id,
    numbered.flow_run_id,
    nodes.name,
    nodes.resource_type,
    nodes.source_name,
    nodes.schema_name,
    nodes.alias as table_name,
    nodes.build_scope,
    case
        when latest.covered_by_date = days.business_date then 'done'
        when latest.build_number is not null then 'covered'
        when tried.unique_id is not null then 'failed'
        else 'missing'
    end as state,  -- noqa: RF04
    numbered.code_version,
    numbered.lineage_version,
    days.business_date,
    latest.covered_by_date,
    numbered.loaded_at,
    numbered.built_at,
    numbered.tested_at,
    numbered.published_at
from nodes
cross join days
left join latest on nodes.unique_id = latest.unique_id and days.business_date = latest.business_date
left join numbered on latest.unique_id = numbered.unique_id and latest.build_number = numbered.build_number
left join tried on nodes.unique_id = tried.unique_id and days.business_date = tried.business_date
where
    nodes.package_name in (select invocations.project_name from invocations)
    and nodes.schema_name != 'ops'
    and (
        (nodes.resource_type in ('model', 'snapshot') and nodes.materialization != 'ephemeral')
        or (nodes.resource_type = 'source' and nodes.schema_name = 'bronze' and nodes.name != 'load_log')
    )
