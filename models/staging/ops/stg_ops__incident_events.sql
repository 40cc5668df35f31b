select
    incident_id,
    event,
    kind,
    subject,
    summary,
    owner,
    flow_run_id,
    business_date,
    happened_at
from {{ source('ops', 'incident_events') }}
