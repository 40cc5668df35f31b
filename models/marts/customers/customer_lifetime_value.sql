with households as (
    select household_id from {{ ref('dim_households') }}
),

months as (
    select * from {{ ref('household_sales_monthly') }}
    where basket_count > 0
),

purchases as (
    select
        household_id,
        sum(basket_count) as order_count,
        sum(quantity) as quantity,
        sum(net_sales_usd) as net_sales_usd,
        sum(discount_usd) as discount_usd,
        min(first_sold_date) as first_sold_date,
        max(last_sold_date) as last_sold_date
    from months
    group by household_id
)

select
    households.household_id,
    coalesce(purchases.order_count, 0) as order_count,
    coalesce(purchases.quantity, 0) as quantity,
    {{ to_usd('coalesce(purchases.net_sales_usd, 0)', 'lifetime_value_usd') }} as lifetime_value_usd,
    {{ to_usd('coalesce(purchases.discount_usd, 0)', 'discount_usd') }} as discount_usd,
    cast({{ dbt_utils.safe_divide('purchases.net_sales_usd', 'purchases.order_count') }} as decimal(12, 2))
        as average_order_usd,
    cast(
        {{ dbt_utils.safe_divide(
            'datediff(purchases.last_sold_date, purchases.first_sold_date)', 'purchases.order_count - 1'
        ) }} as decimal(8, 2)
    ) as average_days_between_orders,
    purchases.first_sold_date,
    purchases.last_sold_date
from households
left join purchases on households.household_id = purchases.household_id
