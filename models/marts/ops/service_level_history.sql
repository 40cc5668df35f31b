with runs as (
    select * from {{ ref('stg_ops__flow_runs') }}
),

results as (
    select * from {{ ref('stg_ops__dbt_run_results') }}
),

loads as (
    select * from {{ ref('stg_ops__dlt_loads') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
),

promised as (
    select * from nodes
    where ready_by is not null
),

-- What a command built does not count where a test of it failed in the same command.
faulty as (
    select distinct
        results.invocation_id,
        nodes.tested_node
    from results
    inner join nodes on results.unique_id = nodes.unique_id
    where nodes.resource_type = 'test' and results.status in {{ failed_statuses() }}
),

built as (
    select
        results.unique_id,
        runs.business_date,
        results.finished_at + make_dt_interval(0, 0, 0, runs.clock_offset_seconds) as ready_at
    from results
    inner join runs on results.flow_run_id = runs.flow_run_id
    left anti join faulty
        on results.invocation_id = faulty.invocation_id and results.unique_id = faulty.tested_node
    where results.status = 'success'
    union all
    select
        promised.unique_id,
        runs.business_date,
        loads.finished_at + make_dt_interval(0, 0, 0, runs.clock_offset_seconds) as ready_at
    from loads
    inner join runs on loads.flow_run_id = runs.flow_run_id
    inner join promised on loads.table_name = promised.alias
    where promised.resource_type = 'source'
),

clock as (
    select {{ business_now('offset_seconds') }} as business_now
    from (select max_by(clock_offset_seconds, finished_at) as offset_seconds from runs) as latest
),

-- Every day from that of the first run on: a day on which nothing ran was promised, too.
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
        promised.*,
        days.business_date,
        clock.business_now,
        try_to_timestamp(concat(date_add(days.business_date, 1), ' ', promised.ready_by)) as due_at
    from promised
    cross join days
    cross join clock
),

ready as (
    select
        due.unique_id,
        due.business_date,
        min(built.ready_at) as ready_at
    from due
    inner join built on due.unique_id = built.unique_id and due.business_date <= built.business_date
    group by
        due.unique_id,
        due.business_date
)

select
    due.unique_id,
    due.name,
    due.resource_type,
    due.schema_name,
    due.owner,
    due.business_date,
    due.ready_by,
    due.due_at,
    ready.ready_at,
    case
        when ready.ready_at is not null then ready.ready_at <= due.due_at
        when due.due_at <= due.business_now then false
    end as is_kept,
    case
        when ready.ready_at > due.due_at then cast(timestampdiff(minute, due.due_at, ready.ready_at) as bigint)
        when ready.ready_at is not null then 0
    end as minutes_late
from due
left join ready on due.unique_id = ready.unique_id and due.business_date = ready.business_date
-- The check of service levels tells of a `ready_by` that is no time of day.
where due.due_at is not null
