with due as (
    select * from {{ ref('int_nodes__expanded_to_due_dates') }}
),

builds as (
    select * from {{ ref('int_nodes__joined_to_good_builds') }}
),

ready as (
    select
        due.unique_id,
        due.business_date,
        min(builds.ready_at) as ready_at
    from due
    inner join builds on due.unique_id = builds.unique_id and due.business_date <= builds.business_date
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
