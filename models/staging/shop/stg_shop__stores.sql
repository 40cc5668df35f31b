with versions as (
    select
        store_id,
        store_name,
        updated_at,
        _loaded_at as loaded_at
    from {{ source('shop', 'stores') }}
),

numbered as (
    select
        *,
        row_number() over (partition by store_id order by updated_at desc, loaded_at desc) as version_number
    from versions
)

select
    store_id,
    store_name,
    updated_at,
    loaded_at
from numbered
where version_number = 1
