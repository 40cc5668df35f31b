-- name: customer_lifetime_value
with bought as (
    select
        household_id,
        count(distinct basket_id) as orders,
        sum(quantity) as quantity,
        sum(net_sales_usd) as net_sales_usd,
        sum(retail_discount_usd + coupon_match_discount_usd) as discount_usd,
        min(sold_date) as first_sold_date,
        max(sold_date) as last_sold_date
    from fct_basket_lines
    where not is_voided
    group by all
)
select
    household_id,
    coalesce(orders, 0) as order_count,
    coalesce(quantity, 0) as quantity,
    coalesce(net_sales_usd, 0) as lifetime_value_usd,
    coalesce(discount_usd, 0) as discount_usd,
    net_sales_usd / orders as average_order_usd,
    datediff('day', first_sold_date, last_sold_date) / nullif(orders - 1, 0)        as average_days_between_orders,
    first_sold_date,
    last_sold_date
from shop_households
left join bought using (household_id);

-- name: customer_rfm
with customers as (
    select
        *,
        datediff('day', last_sold_date, max(last_sold_date) over ()) as age
    from customer_lifetime_value
    where order_count > 0
),
scored as (
    select
        *,
        ntile(5) over (order by age desc, household_id) as recency,
        ntile(5) over (order by order_count, household_id) as frequency,
        ntile(5) over (order by lifetime_value_usd, household_id) as monetary
    from customers
)
select
    household_id,
    case
        when recency >= 4 and frequency >= 4 then 'champion'
        when frequency >= 4 then 'at risk'
        when recency >= 4 and frequency <= 2 then 'new or occasional'
        when recency <= 2 and frequency <= 2 then 'lapsed'
        else 'regular'
    end as segment,
    age as days_since_last_order,
    order_count,
    lifetime_value_usd,
    recency as recency_score,
    frequency as frequency_score,
    monetary as monetary_score
from scored;

-- name: customer_retention_monthly
with active as (
    select distinct household_id, cast(date_trunc('month', sold_date) as date) as month
    from fct_basket_lines
    where not is_voided
),
joined as (
    select household_id, min(month) as cohort from active group by all
),
counted as (
    select cohort, month, count(*) as households
    from active inner join joined using (household_id)
    group by all
)
select
    months.cohort as cohort_month_date,
    datediff('month', months.cohort, months.month) as months_since_first,
    starts.households as cohort_household_count,
    months.households as retained_household_count,
    100 * months.households / starts.households as retention_pct
from counted as months
inner join counted as starts on months.cohort = starts.cohort and starts.month = starts.cohort;
