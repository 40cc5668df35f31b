-- Key figures of recent runs.
select
    count(*) as run_count,
    count(*) filter (where outcome = 'completed') as completed_count,
    median(duration_seconds) filter (where outcome = 'completed') as median_seconds,
    arg_max(duration_seconds, started_at) as latest_seconds,
    count(distinct business_date) as date_count
from ops.run_history
