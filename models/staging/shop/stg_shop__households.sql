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
),

numbered as (
    select
        *,
        row_number() over (partition by household_id order by updated_at desc, loaded_at desc) as version_number
    from versions
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
from numbered
where version_number = 1
