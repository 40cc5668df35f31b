with versions as (
    select * from {{ ref('snap_shop__products') }}
),

sold_products as (
    select distinct product_id from {{ ref('fct_basket_lines') }}
),

catalogued as (
    select
        product_id,
        manufacturer_id,
        department,
        brand,
        product_category,
        product_type,
        package_size,
        shelf_price_usd,
        true as is_catalogued,
        updated_at
    from versions
    where dbt_valid_to is null
),

-- Tills sell a few products that the catalogue lacks; without a row here their sales would drop out of joins.
uncatalogued as (
    select sold_products.product_id
    from sold_products
    left anti join catalogued on sold_products.product_id = catalogued.product_id
)

select * from catalogued
union all
select
    product_id,
    cast(null as bigint) as manufacturer_id,
    'UNKNOWN' as department,
    cast(null as string) as brand,
    cast(null as string) as product_category,
    cast(null as string) as product_type,
    cast(null as string) as package_size,
    cast(null as decimal(10, 2)) as shelf_price_usd,
    false as is_catalogued,
    cast(null as timestamp) as updated_at
from uncatalogued
