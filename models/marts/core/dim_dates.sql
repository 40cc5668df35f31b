with days as (
    {{ dbt_utils.date_spine('day', "cast('2016-12-26' as date)", "cast('2031-01-01' as date)") }}
),

dates as (
    select cast(date_day as date) as calendar_date from days
)

select
    calendar_date,
    cast(date_trunc('week', calendar_date) as date) as week_start_date,
    cast(date_trunc('month', calendar_date) as date) as month_start_date,
    year(calendar_date) as year_number,
    quarter(calendar_date) as quarter_number,
    month(calendar_date) as month_number,
    weekday(calendar_date) + 1 as weekday_number,
    -- Promotion weeks begin on Mondays; week 1 is the week in which 2017 begins.
    cast(floor(datediff(calendar_date, date '2016-12-26') / 7) + 1 as bigint) as promotion_week,
    date_format(calendar_date, 'EEEE') as weekday_name,
    weekday(calendar_date) >= 5 as is_weekend
from dates
