with versions as (
    select
        campaign_id,
        household_id,
        updated_at,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('marketing', 'campaign_households') }}
)

select
    campaign_id,
    household_id,
    updated_at,
    loaded_at
from {{ latest_version('versions', key=['campaign_id', 'household_id'], order_by=['updated_at', 'loaded_at']) }}
    as latest
