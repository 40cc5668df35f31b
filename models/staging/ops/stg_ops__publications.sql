select
    publication_id,
    flow_run_id,
    invocation_id,
    state,
    tables_json,
    message,
    business_date,
    at as happened_at
from {{ source('ops', 'publications') }}
