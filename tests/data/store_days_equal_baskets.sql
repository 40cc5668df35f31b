{% set window = "sold_date >= " ~ tested_from() %}

with facts as (
    select
        sold_date,
        count(*) as basket_count,
        sum(quantity) as quantity,
        sum(gross_sales_usd) as gross_sales_usd,
        sum(net_sales_usd) as net_sales_usd
    from {{ ref('fct_baskets') }}
    where not is_voided and {{ window }}
    group by sold_date
),

days as (
    select
        sold_date,
        sum(basket_count) as basket_count,
        sum(quantity) as quantity,
        sum(gross_sales_usd) as gross_sales_usd,
        sum(net_sales_usd) as net_sales_usd
    from {{ ref('store_sales_daily') }}
    where {{ window }}
    group by sold_date
    having sum(basket_count) > 0
)

select
    coalesce(facts.sold_date, days.sold_date) as sold_date,
    facts.net_sales_usd as fact_net_sales_usd,
    days.net_sales_usd as daily_net_sales_usd
from facts
full outer join days on facts.sold_date = days.sold_date
where
    not (
        facts.basket_count <=> days.basket_count
        and facts.quantity <=> days.quantity
        and facts.gross_sales_usd <=> days.gross_sales_usd
        and facts.net_sales_usd <=> days.net_sales_usd
    )
