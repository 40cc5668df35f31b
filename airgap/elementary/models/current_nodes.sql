-- The latest version of each node that the project still has.
with versions as (
    select
        *,
        row_number() over (partition by unique_id order by generated_at desc, _loaded_at desc) as newest_first
    from {{ source('ops', 'dbt_nodes') }}
)

select *
from versions
where newest_first = 1 and is_current
