with runs as (
    select * from {{ ref('stg_ops__flow_runs') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
    where ready_by is not null
),

clock as (
    select {{ business_now('offset_seconds') }} as business_now
    from (select max_by(clock_offset_seconds, finished_at) as offset_seconds from runs) as latest
),

-- Every day since the first run's business date: data are also due on days without a run.
days as (
    select
        explode(sequence(
            min_by(runs.business_date, runs.started_at),
            greatest(max(runs.business_date), date_sub(max(clock.business_now), 1))
        )) as business_date
    from runs
    cross join clock
),

due as (
    select
        nodes.unique_id,
        nodes.name,
        nodes.resource_type,
        nodes.schema_name,
        nodes.owner,
        days.business_date,
        nodes.ready_by,
        try_to_timestamp(concat(date_add(days.business_date, 1), ' ', nodes.ready_by)) as due_at,
        clock.business_now
    from nodes
    cross join days
    cross join clock
)

select
    unique_id,
    name,
    resource_type,
    schema_name,
    owner,
    business_date,
    ready_by,
    due_at,
    business_now
from due
-- The check of service levels reports a `ready_by` that is not a time of day.
where due_at is not null
