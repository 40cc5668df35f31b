-- A line without its basket is missing from every fact, so each load must bring both. Only a basket that was deleted,
-- or is in quarantine, may be gone.
with gone as (
    select basket_id from {{ ref('stg_shop__basket_deletions') }}
    union all
    select basket_id from {{ ref('stg_quarantine__baskets') }}
    where table_name = 'shop_baskets'
)

select basket_lines.basket_id
from {{ ref('stg_shop__basket_lines') }} as basket_lines
left anti join {{ ref('stg_shop__baskets') }} as baskets on basket_lines.basket_id = baskets.basket_id
left anti join gone on basket_lines.basket_id = gone.basket_id
