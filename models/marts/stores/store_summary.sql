with stores as (
    select * from {{ ref('dim_stores') }}
),

days as (
    select * from {{ ref('store_sales_daily') }}
),

latest as (
    select max(sold_date) as latest_sold_date from days
),

summed as (
    select
        days.store_id,
        sum(days.basket_count) as basket_count,
        sum(days.net_sales_usd) as net_sales_usd,
        sum(case when datediff(latest.latest_sold_date, days.sold_date) < 28 then days.net_sales_usd else 0 end)
            as recent_net_sales_usd,
        sum(
            case
                when datediff(latest.latest_sold_date, days.sold_date) between 28 and 55 then days.net_sales_usd
                else 0
            end
        ) as previous_net_sales_usd,
        min(days.sold_date) as first_sold_date,
        max(days.sold_date) as last_sold_date
    from days
    cross join latest
    where days.basket_count > 0
    group by days.store_id
)

{% set key = ['stores.store_id'] %}
select
    stores.store_id,
    stores.store_name,
    coalesce(summed.basket_count, 0) as basket_count,
    {{ to_usd('coalesce(summed.net_sales_usd, 0)', 'net_sales_usd', key=key) }} as net_sales_usd,
    cast({{ dbt_utils.safe_divide('summed.net_sales_usd', 'summed.basket_count') }} as decimal(12, 2))
        as average_basket_usd,
    {{ to_usd('coalesce(summed.recent_net_sales_usd, 0)', 'net_sales_28_days_usd', key=key) }} as net_sales_28_days_usd,
    {{ to_usd('coalesce(summed.previous_net_sales_usd, 0)', 'net_sales_previous_28_days_usd', key=key) }}
        as net_sales_previous_28_days_usd,
    cast(
        100 * {{ dbt_utils.safe_divide(
            'summed.recent_net_sales_usd - summed.previous_net_sales_usd', 'summed.previous_net_sales_usd'
        ) }} as decimal(20, 2)
    ) as growth_pct,
    summed.first_sold_date,
    summed.last_sold_date
from stores
left join summed on stores.store_id = summed.store_id
