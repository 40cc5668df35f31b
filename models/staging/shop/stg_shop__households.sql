with versions as (
    select
        household_id,
        age_band,
        income_band,
        home_ownership,
        marital_status,
        household_size,
        household_composition,
        kids_count,
        updated_at,
        _loaded_at as loaded_at
    from {{ source('shop', 'households') }}
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
    updated_at,
    loaded_at
from {{ latest_version('versions', key=['household_id'], order_by=['updated_at', 'loaded_at']) }} as latest
