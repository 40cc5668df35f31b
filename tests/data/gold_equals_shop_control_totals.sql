-- Gold's baskets, lines and amounts per day equal the shop database's own totals. A day that the shop counts as zero, as
-- all of it was voided or deleted, has no completed basket in gold; a day that the shop did not count is an error.
{% set window = "sold_date >= " ~ tested_from() %}

with shop as (
    select * from {{ ref('stg_shop__control_totals') }}
    where {{ window }}
),

gold as (
    select
        sold_date,
        count(*) as basket_count,
        sum(line_count) as line_count,
        sum(quantity) as quantity,
        sum(net_sales_usd) as sales_value_usd,
        sum(retail_discount_usd) as retail_discount_usd,
        sum(coupon_discount_usd) as coupon_discount_usd,
        sum(coupon_match_discount_usd) as coupon_match_discount_usd
    from {{ ref('fct_baskets') }}
    where not is_voided and {{ window }}
    group by sold_date
)

select
    shop.sold_date,
    shop.basket_count as shop_basket_count,
    gold.basket_count as gold_basket_count,
    shop.line_count as shop_line_count,
    gold.line_count as gold_line_count,
    shop.sales_value_usd as shop_sales_value_usd,
    gold.sales_value_usd as gold_sales_value_usd
from shop
full outer join gold on shop.sold_date = gold.sold_date
where
    shop.sold_date is null
    or shop.basket_count != coalesce(gold.basket_count, 0)
    or shop.line_count != coalesce(gold.line_count, 0)
    or shop.quantity != coalesce(gold.quantity, 0)
    or shop.sales_value_usd != coalesce(gold.sales_value_usd, 0)
    or shop.retail_discount_usd != coalesce(gold.retail_discount_usd, 0)
    or shop.coupon_discount_usd != coalesce(gold.coupon_discount_usd, 0)
    or shop.coupon_match_discount_usd != coalesce(gold.coupon_match_discount_usd, 0)
