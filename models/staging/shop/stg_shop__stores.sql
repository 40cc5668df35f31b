with versions as (
    select
        store_id,
        store_name,
        updated_at,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('shop', 'stores') }}
)

select
    store_id,
    store_name,
    updated_at,
    loaded_at
from {{ latest_version('versions', key=['store_id'], order_by=['updated_at', 'loaded_at']) }} as latest
