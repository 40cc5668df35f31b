-- How many of those who first bought in a month came back, month by month.
select
    cohort_month_date,
    months_since_first,
    cohort_household_count,
    cast(retention_pct as double) as retention_pct
from gold.customer_retention_monthly
order by cohort_month_date, months_since_first
