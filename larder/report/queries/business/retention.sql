-- Retention by month, for cohorts of households by their first month.
select
    cohort_month_date,
    months_since_first,
    cohort_household_count,
    cast(retention_pct as double) as retention_pct
from gold.customer_retention_monthly
order by cohort_month_date, months_since_first
