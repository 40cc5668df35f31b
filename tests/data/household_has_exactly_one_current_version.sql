select
    household_id,
    count_if(dbt_valid_to is null) as current_version_count
from {{ ref('snap_shop__households') }}
group by household_id
having count_if(dbt_valid_to is null) != 1
