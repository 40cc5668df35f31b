select
    source,
    table_name,
    row_count,
    quarantined_count,
    tombstone_count,
    business_date,
    started_at,
    finished_at
from {{ source('bronze', 'load_log') }}
