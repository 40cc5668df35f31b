with versions as (
    select
        product_id,
        manufacturer_id,
        department,
        brand,
        product_category,
        product_type,
        package_size,
        {{ cents_to_usd('shelf_price_cents', 10) }} as shelf_price_usd,
        updated_at,
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
    loaded_at
from {{ latest_version('versions', key=['product_id'], order_by=['updated_at', 'loaded_at']) }} as latest
