-- Gold's baskets, lines and amounts per day equal the shop database's own totals. A day that the shop counts as zero,
-- as all of it was voided or deleted, has no completed basket in gold; a day that the shop did not count is an error.
-- A day with rows in quarantine cannot agree: only as many baskets as have rows there may be missing. Days after the
-- business date are not in gold yet.
{% set window = "sold_date >= " ~ tested_from() %}

with shop as (
    select * from {{ ref('stg_shop__control_totals') }}
    where
        {{ window }}
        and sold_date <= (select max(loads.business_date) from {{ source('bronze', 'load_log') }} as loads)
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
),

quarantined_baskets as (
    select * from {{ ref('stg_quarantine__baskets') }}
),

quarantined as (
    select
        coalesce(quarantined_baskets.sold_date, baskets.sold_date) as sold_date,
        count(distinct quarantined_baskets.basket_id) as basket_count
    from quarantined_baskets
    left join {{ ref('stg_shop__baskets') }} as baskets on quarantined_baskets.basket_id = baskets.basket_id
    group by coalesce(quarantined_baskets.sold_date, baskets.sold_date)
)

select
    coalesce(shop.sold_date, gold.sold_date) as sold_date,
    shop.basket_count as shop_basket_count,
    gold.basket_count as gold_basket_count,
    quarantined.basket_count as quarantined_basket_count,
    shop.line_count as shop_line_count,
    gold.line_count as gold_line_count,
    shop.sales_value_usd as shop_sales_value_usd,
    gold.sales_value_usd as gold_sales_value_usd
from shop
full outer join gold on shop.sold_date = gold.sold_date
left join quarantined on shop.sold_date = quarantined.sold_date
where
    shop.sold_date is null
    or abs(shop.basket_count - coalesce(gold.basket_count, 0)) > coalesce(quarantined.basket_count, 0)
    or (
        quarantined.sold_date is null
        and not (
            shop.line_count = coalesce(gold.line_count, 0)
            and shop.quantity = coalesce(gold.quantity, 0)
            and shop.sales_value_usd = coalesce(gold.sales_value_usd, 0)
            and shop.retail_discount_usd = coalesce(gold.retail_discount_usd, 0)
            and shop.coupon_discount_usd = coalesce(gold.coupon_discount_usd, 0)
            and shop.coupon_match_discount_usd = coalesce(gold.coupon_match_discount_usd, 0)
        )
    )
