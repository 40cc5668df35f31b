-- One that was deleted has none.
with current_versions as (
    select
        product_id,
        count(*) as version_count
    from {{ ref('snap_shop__products') }}
    where dbt_valid_to is null
    group by product_id
)

select
    coalesce(products.product_id, current_versions.product_id) as product_id,
    current_versions.version_count as current_version_count
from {{ ref('stg_shop__products') }} as products
full outer join current_versions on products.product_id = current_versions.product_id
where products.product_id is null or not current_versions.version_count <=> 1
