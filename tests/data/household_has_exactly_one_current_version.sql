-- One that was deleted has none.
with current_versions as (
    select
        household_id,
        count(*) as version_count
    from {{ ref('snap_shop__households') }}
    where dbt_valid_to is null
    group by household_id
)

select
    coalesce(households.household_id, current_versions.household_id) as household_id,
    current_versions.version_count as current_version_count
from {{ ref('stg_shop__households') }} as households
full outer join current_versions on households.household_id = current_versions.household_id
where households.household_id is null or not current_versions.version_count <=> 1
