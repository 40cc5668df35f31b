-- Samples of the rows that broke a test; for a monitor, its table's metrics after each run.
with monitored as (
    select
        results.id,
        results.test_sub_type,
        results.detected_at,
        metrics.row_count,
        unix_timestamp(metrics.measured_at) - unix_timestamp(metrics.committed_at) as age_seconds,
        {{ elementary.as_text('metrics.measured_at') }} as measured_at
    from {{ ref('elementary_test_results') }} as results
    inner join {{ source('ops', 'table_metrics') }} as metrics
        on results.schema_name = metrics.schema_name and results.table_name = metrics.table_name
    where results.test_type = 'anomaly_detection'
)

select
    concat_ws('.', invocation_id, unique_id) as elementary_test_results_id,
    row_json as result_row,
    {{ elementary.as_text('finished_at') }} as detected_at
from {{ source('ops', 'dbt_failure_samples') }}
union all
select
    id as elementary_test_results_id,
    to_json(
        struct(
            if(test_sub_type = 'freshness', age_seconds, row_count) as value,
            cast(null as bigint) as min_value,
            cast(null as bigint) as max_value,
            measured_at as start_time,
            measured_at as end_time
        ),
        map('ignoreNullFields', 'false')
    ) as result_row,
    detected_at
from monitored
