with tests as (
    select
        *,
        case
            when test_namespace = 'elementary' and short_name = 'schema_changes' then 'schema_change'
            when test_namespace = 'elementary' then 'anomaly_detection'
            else 'dbt_test'
        end as test_type,
        case
            when test_namespace = 'elementary' and short_name = 'volume_anomalies' then 'row_count'
            when test_namespace = 'elementary' then replace(short_name, '_anomalies', '')
            else type
        end as test_sub_type
    from {{ ref('dbt_tests') }}
)

select
    results.model_execution_id as id,
    cast(null as string) as data_issue_id,
    results.model_execution_id as test_execution_id,
    results.invocation_id,
    results.unique_id as test_unique_id,
    tests.parent_model_unique_id as model_unique_id,
    tests.database_name,
    tests.schema_name,
    tests.table_name,
    tests.test_column_name as column_name,
    tests.test_type,
    tests.test_sub_type,
    tests.name as test_name,
    tests.short_name as test_short_name,
    tests.name as test_alias,
    tests.test_params,
    tests.severity,
    tests.model_owners as owners,
    tests.model_tags as tags,
    cast(null as string) as other,
    results.status,
    results.failures,
    results.message as test_results_description,
    results.compiled_code as test_results_query,
    cast(null as string) as result_rows,
    results.execute_completed_at as detected_at
from {{ ref('dbt_run_results') }} as results
inner join tests on results.unique_id = tests.unique_id
where results.status in ('pass', 'warn', 'fail', 'error')
