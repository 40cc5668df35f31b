-- The outcome of the latest run of each recent date.
select
    business_date,
    outcome = 'completed' and coalesce(failed_count, 0) = 0 as is_ready
from ops.run_history
qualify row_number() over (partition by business_date order by started_at desc) = 1
order by business_date desc
limit 30
