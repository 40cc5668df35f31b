-- A line without its basket is missing from every fact, so each load must bring both. Only a deleted basket may be gone.
select basket_lines.basket_id
from {{ ref('stg_shop__basket_lines') }} as basket_lines
left anti join {{ ref('stg_shop__baskets') }} as baskets on basket_lines.basket_id = baskets.basket_id
left anti join {{ ref('stg_shop__basket_deletions') }} as deletions on basket_lines.basket_id = deletions.basket_id
