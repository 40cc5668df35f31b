-- name: stg_shop__baskets
select
    basket_id,
    household_id,
    store_id,
    cast(rung_up_at as date) as sold_date,
    status,
    rung_up_at,
    updated_at,
    loaded_at
from shop_baskets;

-- name: stg_shop__sold_dates
select * from sold_dates;

-- name: snap_shop__households
select household_id, age_band, began, ended from snap_households;

-- name: snap_shop__products
select product_id, shelf_price_cents / 100 as shelf_price_usd, began, ended from snap_products;
