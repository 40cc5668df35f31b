select
    basket_id,
    cast(rung_up_at as date) as sold_date,
    _loaded_at as loaded_at
from {{ source('shop', 'baskets') }}
where _is_deleted
