-- The runs of the business date, oldest first.
select *
from ops.run_history
where business_date = getvariable('business_date')
order by started_at
