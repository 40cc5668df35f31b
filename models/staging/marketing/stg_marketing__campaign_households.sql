with versions as (
    select
        campaign_id,
        household_id,
        updated_at,
        _loaded_at as loaded_at
    from {{ source('marketing', 'campaign_households') }}
),

numbered as (
    select
        *,
        row_number() over (partition by campaign_id, household_id order by updated_at desc, loaded_at desc)
            as version_number
    from versions
)

select
    campaign_id,
    household_id,
    updated_at,
    loaded_at
from numbered
where version_number = 1
