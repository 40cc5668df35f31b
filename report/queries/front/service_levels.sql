-- The date's service levels, missed ones first.
select *
from ops.service_level_history
where business_date = getvariable('business_date')
order by is_kept, minutes_late desc nulls last, due_at, name
