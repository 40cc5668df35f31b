with versions as (
    select
        campaign_id,
        campaign_type,
        status as campaign_status,
        start_date,
        end_date,
        updated_at,
        _loaded_at as loaded_at
    from {{ source('marketing', 'campaigns') }}
),

numbered as (
    select
        *,
        row_number() over (partition by campaign_id order by updated_at desc, loaded_at desc) as version_number
    from versions
)

select
    campaign_id,
    campaign_type,
    campaign_status,
    start_date,
    end_date,
    updated_at,
    loaded_at
from numbered
where version_number = 1
