with versions as (
    select
        campaign_id,
        campaign_type,
        status as campaign_status,
        start_date,
        end_date,
        updated_at,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('marketing', 'campaigns') }}
)

select
    campaign_id,
    campaign_type,
    campaign_status,
    start_date,
    end_date,
    updated_at,
    loaded_at
from {{ latest_version('versions', key=['campaign_id'], order_by=['updated_at', 'loaded_at']) }} as latest
