-- How much of the time allowed each source had used up on each date: its table nearest to the limit.
with checks as (
    select *
    from ops.freshness_history
    where age_hours is not null
    qualify row_number() over (partition by unique_id, business_date order by checked_at desc) = 1
)

select
    source_name,
    business_date,
    max(age_hours) as age_hours,
    min(coalesce(warn_after_hours, error_after_hours)) as limit_hours
from checks
group by source_name, business_date
order by source_name, business_date
