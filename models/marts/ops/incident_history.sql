with events as (
    select * from {{ ref('stg_ops__incident_events') }}
)

select
    incident_id,
    max_by(kind, happened_at) as kind,
    max_by(subject, happened_at) as subject,
    min_by(summary, happened_at) as summary,
    min_by(owner, happened_at) as owner,
    min_by(business_date, happened_at) as business_date,
    not coalesce(bool_or(event = 'closed'), false) as is_open,
    min(happened_at) filter (where event = 'opened') as opened_at,
    min(happened_at) filter (where event = 'notified') as notified_at,
    max(happened_at) filter (where event = 'closed') as closed_at
from events
group by incident_id
