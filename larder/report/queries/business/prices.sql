-- The biggest recent changes of prices that were a dollar or more.
with changes as (
    select *
    from gold.price_history
    where
        previous_price_usd >= 1
        and change_pct is not null
        and valid_from_at < getvariable('business_date') + interval 1 day
        and valid_from_at >= getvariable('business_date') - interval 27 days
)

select
    products.product_type,
    products.product_category,
    products.brand,
    products.package_size,
    changes.product_id,
    changes.previous_price_usd,
    changes.shelf_price_usd,
    changes.change_pct,
    changes.valid_from_at
from changes
left join gold.dim_products as products using (product_id)
order by abs(changes.change_pct) desc, changes.product_id
limit 10
