with results as (
    select * from {{ ref('stg_ops__dbt_run_results') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
),

tests as (
    select
        results.*,
        nodes.name as test_name,
        case
            when nodes.test_name is null then 'singular'
            else concat_ws('.', nodes.test_namespace, nodes.test_name)
        end as test_kind,
        nodes.tested_node,
        nodes.test_column_name as column_name,
        nodes.severity,
        results.status = 'warn' or results.status in {{ failed_statuses() }} as is_failing
    from results
    inner join nodes on results.unique_id = nodes.unique_id
    where nodes.resource_type = 'test'
),

-- A streak of failures ends with the next pass. Skipped runs are ignored.
streaks as (
    select
        *,
        count_if(status = 'pass') over (
            partition by unique_id order by finished_at rows unbounded preceding
        ) as passed_before_count
    from tests
)

select
    streaks.invocation_id,
    streaks.flow_run_id,
    streaks.unique_id,
    streaks.test_name,
    streaks.test_kind,
    coalesce(concat_ws('.', tested.source_name, tested.name), tested.name) as model_name,
    streaks.tested_node,
    streaks.column_name,
    streaks.severity,
    tested.owner,
    streaks.business_date,
    streaks.status,
    streaks.message,
    streaks.failure_count,
    streaks.execution_seconds,
    case
        when streaks.is_failing
            then min(case when streaks.is_failing then streaks.finished_at end) over (
                partition by streaks.unique_id, streaks.passed_before_count
            )
    end as failing_since,
    streaks.finished_at
from streaks
left join nodes as tested on streaks.tested_node = tested.unique_id
