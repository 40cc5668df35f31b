-- Gold's baskets, lines and amounts per day equal the shop database's own totals.
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
    not (
        shop.basket_count <=> gold.basket_count
        and shop.line_count <=> gold.line_count
        and shop.quantity <=> gold.quantity
        and shop.sales_value_usd <=> gold.sales_value_usd
        and shop.retail_discount_usd <=> gold.retail_discount_usd
        and shop.coupon_discount_usd <=> gold.coupon_discount_usd
        and shop.coupon_match_discount_usd <=> gold.coupon_match_discount_usd
    )
