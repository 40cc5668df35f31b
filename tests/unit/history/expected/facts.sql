-- name: fct_basket_lines
select
    md5(lines.basket_id || '-' || lines.product_id) as basket_line_id,
    basket_id,
    product_id,
    baskets.household_id,
    baskets.store_id,
    cast(baskets.rung_up_at as date) as sold_date,
    lines.quantity,
    (sales_value_cents + retail_discount_cents + coupon_match_discount_cents) / 100 as gross_sales_usd,
    retail_discount_cents / 100 as retail_discount_usd,
    coupon_match_discount_cents / 100 as coupon_match_discount_usd,
    sales_value_cents / 100 as net_sales_usd,
    coupon_discount_cents / 100 as coupon_discount_usd,
    baskets.status = 'voided' as is_voided,
    baskets.rung_up_at as sold_at,
    lines.updated_at,
    greatest(lines.loaded_at, baskets.loaded_at) as loaded_at
from shop_basket_lines as lines
inner join shop_baskets as baskets using (basket_id)
where cast(baskets.rung_up_at as date) <= (select max(business_date) from runs);

-- name: fct_baskets
select
    basket_id,
    household_id,
    store_id,
    sold_date,
    count(*) as line_count,
    sum(quantity) as quantity,
    sum(gross_sales_usd) as gross_sales_usd,
    sum(retail_discount_usd) as retail_discount_usd,
    sum(coupon_match_discount_usd) as coupon_match_discount_usd,
    sum(net_sales_usd) as net_sales_usd,
    sum(coupon_discount_usd) as coupon_discount_usd,
    is_voided,
    sold_at,
    max(updated_at) as updated_at,
    max(loaded_at) as loaded_at
from fct_basket_lines
group by all;

-- name: dim_stores
select store_id, store_name, updated_at from shop_stores;

-- name: dim_households
select
    household_id,
    age_band,
    income_band,
    home_ownership,
    marital_status,
    household_size,
    household_composition,
    kids_count,
    age_band is not null as has_demographics,
    updated_at
from shop_households;

-- name: dim_products
select
    product_id,
    products.manufacturer_id,
    if(products.product_id is null, 'UNKNOWN', products.department) as department,
    products.brand,
    products.product_category,
    products.product_type,
    products.package_size,
    products.shelf_price_cents / 100 as shelf_price_usd,
    products.product_id is not null as is_catalogued,
    products.updated_at,
    sold.loaded_at as sales_loaded_at
from shop_products as products
full join (select product_id, max(loaded_at) as loaded_at from fct_basket_lines group by all) as sold
    using (product_id);
