-- name: product_sales_daily
select
    product_id,
    sold_date,
    count(*) filter (not is_voided) as line_count,
    sum(if(is_voided, 0, quantity)) as quantity,
    sum(if(is_voided, 0, gross_sales_usd)) as gross_sales_usd,
    sum(if(is_voided, 0, retail_discount_usd + coupon_match_discount_usd)) as discount_usd,
    sum(if(is_voided, 0, net_sales_usd)) as net_sales_usd,
    max(loaded_at) as loaded_at
from fct_basket_lines
group by all;

-- name: store_product_sales_weekly
select
    1 + datediff('day', date '2016-12-26', sold_date) // 7 as promotion_week,
    store_id,
    product_id,
    count(*) filter (not is_voided) as line_count,
    sum(if(is_voided, 0, quantity)) as quantity,
    max(loaded_at) as loaded_at
from fct_basket_lines
where sold_date >= date '2016-12-26'
group by all;

-- name: store_sales_daily
select
    store_id,
    sold_date,
    count(distinct if(is_voided, null, household_id)) as household_count,
    count(distinct if(is_voided, null, basket_id)) as basket_count,
    count(distinct if(is_voided, basket_id, null)) as voided_basket_count,
    count(*) filter (not is_voided) as line_count,
    sum(if(is_voided, 0, quantity)) as quantity,
    sum(if(is_voided, 0, gross_sales_usd)) as gross_sales_usd,
    sum(if(is_voided, 0, retail_discount_usd + coupon_match_discount_usd)) as discount_usd,
    sum(if(is_voided, 0, net_sales_usd)) as net_sales_usd,
    max(loaded_at) as loaded_at
from fct_basket_lines
group by all;

-- name: household_sales_monthly
select
    household_id,
    cast(date_trunc('month', sold_date) as date) as month_date,
    count(distinct if(is_voided, null, basket_id)) as basket_count,
    sum(if(is_voided, 0, quantity)) as quantity,
    sum(if(is_voided, 0, retail_discount_usd + coupon_match_discount_usd)) as discount_usd,
    sum(if(is_voided, 0, net_sales_usd)) as net_sales_usd,
    min(sold_date) filter (not is_voided) as first_sold_date,
    max(sold_date) filter (not is_voided) as last_sold_date,
    max(loaded_at) as loaded_at
from fct_basket_lines
group by all;

-- name: store_summary
with days as (
    select *, datediff('day', sold_date, (select max(sold_date) from store_sales_daily)) as age
    from store_sales_daily
    where basket_count > 0
),
summed as (
    select
        store_id,
        sum(basket_count) as basket_count,
        sum(net_sales_usd) as net_sales_usd,
        coalesce(sum(net_sales_usd) filter (age < 28), 0) as recent,
        coalesce(sum(net_sales_usd) filter (age between 28 and 55), 0) as previous,
        min(sold_date) as first_sold_date,
        max(sold_date) as last_sold_date
    from days
    group by all
)
select
    store_id,
    store_name,
    coalesce(basket_count, 0) as basket_count,
    coalesce(net_sales_usd, 0) as net_sales_usd,
    net_sales_usd / basket_count as average_basket_usd,
    coalesce(recent, 0) as net_sales_28_days_usd,
    coalesce(previous, 0) as net_sales_previous_28_days_usd,
    100 * (recent - previous) / nullif(previous, 0) as growth_pct,
    first_sold_date,
    last_sold_date
from dim_stores
left join summed using (store_id);
