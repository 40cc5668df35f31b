{% set window = "sold_date >= " ~ tested_from() %}

with summed as (
    select
        basket_id,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(net_sales_usd) as net_sales_usd,
        sum(gross_sales_usd) as gross_sales_usd
    from {{ ref('fct_basket_lines') }}
    where {{ window }}
    group by basket_id
),

baskets as (
    select * from {{ ref('fct_baskets') }}
    where {{ window }}
)

select
    baskets.basket_id,
    summed.basket_id as summed_basket_id
from baskets
full outer join summed on baskets.basket_id = summed.basket_id
where
    not (
        baskets.line_count <=> summed.line_count
        and baskets.quantity <=> summed.quantity
        and baskets.net_sales_usd <=> summed.net_sales_usd
        and baskets.gross_sales_usd <=> summed.gross_sales_usd
    )
