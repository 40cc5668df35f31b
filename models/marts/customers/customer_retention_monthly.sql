with active_months as (
    select
        household_id,
        month_date as active_month_date
    from {{ ref('household_sales_monthly') }}
    where basket_count > 0
),

cohorts as (
    select
        household_id,
        active_month_date,
        min(active_month_date) over (partition by household_id) as cohort_month_date
    from active_months
),

retained as (
    select
        cohort_month_date,
        active_month_date,
        count(*) as retained_household_count
    from cohorts
    group by
        cohort_month_date,
        active_month_date
)

select
    cohort_month_date,
    cast(months_between(active_month_date, cohort_month_date) as int) as months_since_first,
    first_value(retained_household_count) over (
        partition by cohort_month_date
        order by active_month_date
    ) as cohort_household_count,
    retained_household_count,
    cast(
        100.0 * retained_household_count / first_value(retained_household_count) over (
            partition by cohort_month_date
            order by active_month_date
        ) as decimal(5, 2)
    ) as retention_pct
from retained
