select
    basket_id,
    product_id,
    _loaded_at as loaded_at
from {{ source('shop', 'basket_lines') }}
where _is_deleted
