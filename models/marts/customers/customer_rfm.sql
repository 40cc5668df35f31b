with customers as (
    select * from {{ ref('customer_lifetime_value') }}
    where order_count > 0
),

recency as (
    select
        household_id,
        order_count,
        lifetime_value_usd,
        datediff(max(last_sold_date) over (), last_sold_date) as days_since_last_order
    from customers
),

scored as (
    select
        *,
        ntile(5) over (order by days_since_last_order desc, household_id asc) as recency_score,
        ntile(5) over (order by order_count, household_id) as frequency_score,
        ntile(5) over (order by lifetime_value_usd, household_id) as monetary_score
    from recency
)

select
    household_id,
    case
        when recency_score >= 4 and frequency_score >= 4 then 'champion'
        when frequency_score >= 4 then 'at risk'
        when recency_score >= 4 and frequency_score <= 2 then 'new or occasional'
        when recency_score <= 2 and frequency_score <= 2 then 'lapsed'
        else 'regular'
    end as segment,
    days_since_last_order,
    order_count,
    lifetime_value_usd,
    recency_score,
    frequency_score,
    monetary_score
from scored
