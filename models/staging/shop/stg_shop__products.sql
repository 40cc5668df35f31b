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
),

numbered as (
    select
        *,
        row_number() over (partition by product_id order by updated_at desc, loaded_at desc) as version_number
    from versions
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
from numbered
where version_number = 1
