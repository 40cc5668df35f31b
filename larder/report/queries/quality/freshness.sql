-- By source and date, the age of the table nearest to its limit, in percent of the limit.
with checks as (
    select
        *,
        coalesce(warn_after_hours, error_after_hours) as limit_hours
    from ops.freshness_history
    qualify row_number() over (partition by unique_id, business_date order by checked_at desc) = 1
)

select
    source_name,
    business_date,
    max(100.0 * age_hours / limit_hours) as used_pct
from checks
where age_hours is not null and limit_hours > 0
group by source_name, business_date
order by source_name, business_date
