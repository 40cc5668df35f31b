{{
    config(
        materialized='incremental',
        incremental_strategy='insert_overwrite'
    )
}}

-- The table is rewritten as a whole, but only sales of days that changed since the last run are read. If any were
-- deleted or moved since then, all are read: a product may have lost its last sale.
-- depends_on: {{ ref('stg_shop__sold_dates') }}
{% set has_left = is_incremental() and ',' in left_dates('sales_loaded_at') %}
with catalogued as (
    select * from {{ ref('snap_shop__products') }}
    where dbt_valid_to is null
),

sales as (
    select
        product_id,
        loaded_at
    from {{ ref('fct_basket_lines') }}
    {% if is_incremental() and not has_left %}
        where sold_date in {{ changed_dates(ref('fct_basket_lines'), 'sales_loaded_at') }}
        union all
        select
            product_id,
            sales_loaded_at as loaded_at
        from {{ this }}
        where sales_loaded_at is not null
    {% endif %}
),

sold as (
    select
        product_id,
        max(loaded_at) as sales_loaded_at
    from sales
    group by product_id
)

-- A few products that are sold are not in the catalogue; without a row here, joins would lose their sales.
select
    coalesce(catalogued.product_id, sold.product_id) as product_id,
    catalogued.manufacturer_id,
    case when catalogued.product_id is null then 'UNKNOWN' else catalogued.department end as department,
    catalogued.brand,
    catalogued.product_category,
    catalogued.product_type,
    catalogued.package_size,
    catalogued.shelf_price_usd,
    catalogued.product_id is not null as is_catalogued,
    catalogued.updated_at,
    sold.sales_loaded_at
from catalogued
full outer join sold on catalogued.product_id = sold.product_id
