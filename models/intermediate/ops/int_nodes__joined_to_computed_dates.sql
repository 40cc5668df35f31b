with results as (
    select * from {{ ref('stg_ops__dbt_run_results') }}
),

invocations as (
    select * from {{ ref('stg_ops__dbt_invocations') }}
),

runs as (
    select * from {{ ref('stg_ops__flow_runs') }}
),

nodes as (
    select
        unique_id,
        resource_type,
        tested_node,
        incremental_strategy,
        -- Nodes of older runs have no scope yet.
        coalesce(
            build_scope, case when materialization in ('table', 'view') then 'whole' else 'new_rows' end
        ) as known_scope
    from {{ ref('stg_ops__dbt_nodes') }}
),

publications as (
    select * from {{ ref('stg_ops__publications') }}
),

tested as (
    select
        results.invocation_id,
        nodes.tested_node,
        max(coalesce(results.execute_finished_at, results.finished_at)) as tested_at
    from results
    inner join nodes on results.unique_id = nodes.unique_id
    where nodes.resource_type = 'test'
    group by
        results.invocation_id,
        nodes.tested_node
    having count_if(results.status not in ('pass', 'warn')) = 0
),

published as (
    select
        flow_run_id,
        max(case when state = 'published' then happened_at end) as published_at
    from publications
    group by flow_run_id
),

builds as (
    select
        results.unique_id,
        results.flow_run_id,
        results.business_date,
        results.code_version,
        results.lineage_version,
        coalesce(results.execute_finished_at, results.finished_at) as built_at,
        tested.tested_at,
        -- A build without a branch is published when its run succeeds.
        case
            when published.flow_run_id is not null then published.published_at
            when runs.outcome = 'completed' then runs.finished_at
        end as published_at,
        nodes.known_scope = 'whole'
        or (nodes.known_scope = 'history' and runs.flow_name = 'rebuild-snapshots')
        or (nodes.known_scope != 'history' and invocations.is_full_refresh) as is_all,
        case
            when nodes.incremental_strategy = 'microbatch' then invocations.window_from
            when nodes.known_scope = 'dates' and runs.flow_name = 'rebuild' then invocations.window_from
        end as window_from,
        date_sub(invocations.window_to, 1) as window_last,
        date_add(max(results.business_date) over (
            partition by results.unique_id
            order by results.finished_at
            rows between unbounded preceding and 1 preceding
        ), 1) as new_from
    from results
    inner join nodes on results.unique_id = nodes.unique_id
    inner join invocations on results.invocation_id = invocations.invocation_id
    left join runs on results.flow_run_id = runs.flow_run_id
    left join tested on results.invocation_id = tested.invocation_id and results.unique_id = tested.tested_node
    left join published on results.flow_run_id = published.flow_run_id
    where
        results.status = 'success'
        and nodes.resource_type in ('model', 'snapshot')
        -- Readers never got what stayed on its branch.
        and (published.flow_run_id is null or published.published_at is not null)
)

select
    unique_id,
    flow_run_id,
    code_version,
    lineage_version,
    business_date,
    -- The first build makes everything up to its date. A later one makes what is new, and the days of its window.
    case
        when is_all or new_from is null then date '1900-01-01'
        when new_from <= business_date then least(new_from, coalesce(window_from, new_from))
        else window_from
    end as computed_from,
    case
        when is_all then greatest(business_date, date_sub(new_from, 1))
        when new_from is null or new_from <= business_date then business_date
        else window_last
    end as computed_to,
    built_at,
    tested_at,
    published_at
from builds
