-- The age of each source table at its latest check, worst first.
select *
from ops.freshness_history
qualify row_number() over (partition by unique_id order by checked_at desc) = 1
order by age_hours / coalesce(error_after_hours, warn_after_hours) desc nulls last, source_name, table_name
