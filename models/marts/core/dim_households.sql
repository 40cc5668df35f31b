with versions as (
    select * from {{ ref('snap_shop__households') }}
)

select
    household_id,
    age_band,
    income_band,
    home_ownership,
    marital_status,
    household_size,
    household_composition,
    kids_count,
    age_band is not null as has_demographics,
    updated_at
from versions
where dbt_valid_to is null
