-- The latest version of each node that is still in the project.
with versions as (
    select
        *,
        row_number() over (partition by unique_id order by generated_at desc, _loaded_at desc) as recency
    from {{ source('ops', 'dbt_nodes') }}
)

select *
from versions
where recency = 1 and is_current
