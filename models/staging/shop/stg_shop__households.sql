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
        _is_deleted as is_deleted,
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
    loaded_at,
    case when _closed_at is null then updated_at else greatest(updated_at, loaded_at) end as valid_from_at
from {{ latest_version('versions', key=['household_id'], order_by=['updated_at', 'loaded_at']) }} as latest
