-- The date's service levels: missed, still open, kept.
select *
from ops.service_level_history
where business_date = getvariable('business_date')
order by coalesce(cast(is_kept as int), 0.5), minutes_late desc nulls first, due_at, name
