-- A line without its basket is missing from every fact, so each load must bring both.
select basket_lines.basket_id
from {{ ref('stg_shop__basket_lines') }} as basket_lines
left anti join {{ ref('stg_shop__baskets') }} as baskets on basket_lines.basket_id = baskets.basket_id
