select
    concat_ws('.', invocation_id, unique_id) as source_freshness_execution_id,
    invocation_id,
    unique_id,
    status,
    error,
    age_seconds as max_loaded_at_time_ago_in_s,
    {{ elementary.as_limit('error_after_seconds') }} as error_after,
    {{ elementary.as_limit('warn_after_seconds') }} as warn_after,
    cast(null as string) as filter,
    {{ elementary.as_text('max_loaded_at') }} as max_loaded_at,
    {{ elementary.as_text('snapshotted_at') }} as snapshotted_at,
    {{ elementary.as_text('snapshotted_at') }} as generated_at
from {{ source('ops', 'dbt_source_freshness') }}
