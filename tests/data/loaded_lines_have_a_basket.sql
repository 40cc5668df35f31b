-- A line whose basket is not there is in no fact: a load must have brought both.
select basket_lines.basket_id
from {{ ref('stg_shop__basket_lines') }} as basket_lines
left anti join {{ ref('stg_shop__baskets') }} as baskets on basket_lines.basket_id = baskets.basket_id
