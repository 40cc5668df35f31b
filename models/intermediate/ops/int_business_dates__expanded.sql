with runs as (
    select * from {{ ref('stg_ops__flow_runs') }}
),

loads as (
    select * from {{ ref('stg_ops__load_log') }}
),

invocations as (
    select * from {{ ref('stg_ops__dbt_invocations') }}
),

clock as (
    select {{ business_now('offset_seconds') }} as business_now
    from (select max_by(clock_offset_seconds, finished_at) as offset_seconds from runs) as latest
),

known_dates as (
    select business_date from loads
    union all
    select business_date from runs
    union all
    -- The first build makes all history, and a backfill what it is asked for.
    select window_from as business_date from invocations
    where window_from is not null
    union all
    select date_sub(business_now, 1) as business_date from clock
)

select explode(sequence(min(business_date), max(business_date))) as business_date
from known_dates
