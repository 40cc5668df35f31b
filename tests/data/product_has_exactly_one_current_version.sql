select
    product_id,
    count_if(dbt_valid_to is null) as current_version_count
from {{ ref('snap_shop__products') }}
group by product_id
having count_if(dbt_valid_to is null) != 1
