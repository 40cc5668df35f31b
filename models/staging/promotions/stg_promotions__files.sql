with versions as (
    select
        file_name,
        week as promotion_week,
        row_count,
        size_bytes,
        modified_at,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('promotions', 'files') }}
)

select
    file_name,
    promotion_week,
    row_count,
    size_bytes,
    modified_at,
    loaded_at
from {{ latest_version('versions', key=['file_name'], order_by=['modified_at', 'loaded_at']) }} as latest
