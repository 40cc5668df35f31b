-- Build times by date for the six models that currently take longest.
with builds as (
    select *
    from ops.model_run_history
    where status = 'success'
    qualify row_number() over (partition by unique_id, business_date order by finished_at desc) = 1
),

slowest as (
    select unique_id
    from (
        select *
        from builds
        qualify row_number() over (partition by unique_id order by business_date desc) <= 7
    )
    group by unique_id
    order by median(execution_seconds) desc, unique_id
    limit 6
)

select
    builds.model_name,
    builds.business_date,
    builds.execution_seconds
from builds
join slowest using (unique_id)
order by builds.model_name, builds.business_date
