with versions as (
    select
        product_id,
        manufacturer_id,
        department,
        brand,
        product_category,
        product_type,
        package_size,
        {{ cents_to_usd('shelf_price_cents', 10, ['product_id']) }} as shelf_price_usd,
        updated_at,
        _is_deleted as is_deleted,
        _loaded_at as loaded_at
    from {{ source('shop', 'products') }}
)

select
    product_id,
    manufacturer_id,
    department,
    brand,
    product_category,
    product_type,
    package_size,
    shelf_price_usd,
    updated_at,
    loaded_at,
    case when _closed_at is null then updated_at else greatest(updated_at, loaded_at) end as valid_from_at
from {{ latest_version('versions', key=['product_id'], order_by=['updated_at', 'loaded_at']) }} as latest
