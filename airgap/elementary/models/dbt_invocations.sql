select
    invocation_id,
    flow_run_id as job_run_id,
    'daily' as job_name,
    'prefect' as orchestrator,
    cast(null as string) as job_id,
    cast(null as string) as job_url,
    cast(null as string) as job_run_url,
    command,
    coalesce(get_json_object(selection_json, '$.select'), '[]') as selected,
    is_full_refresh as full_refresh,
    project_name,
    target_name,
    dbt_version,
    '0.26.1' as elementary_version,
    {{ elementary.as_text('finished_at') }} as generated_at
from {{ source('ops', 'dbt_invocations') }}
