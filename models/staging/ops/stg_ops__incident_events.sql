select
    incident_id,
    event,
    receiver,
    kind,
    subject,
    summary,
    alert_text,
    owner,
    flow_run_id,
    business_date,
    happened_at
from {{ source('ops', 'incident_events') }}
