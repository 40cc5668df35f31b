-- A line whose basket is not there is in no fact: a load must have brought both.
select lines.basket_id
from {{ ref('stg_shop__basket_lines') }} as lines
left anti join {{ ref('stg_shop__baskets') }} as baskets on lines.basket_id = baskets.basket_id
