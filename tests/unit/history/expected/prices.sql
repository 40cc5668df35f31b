-- name: price_history
-- Versions of the snapshot in the order of time; a period of a price begins with the first one, with another
-- price, or after a gap.
with numbered as (
    select
        product_id,
        shelf_price_cents / 100 as price,
        began,
        ended,
        was_deleted,
        row_number() over (partition by product_id order by began) as number
    from snap_products
),
joined as (
    select
        versions.*,
        previous.price as previous_price,
        previous.product_id is null
        or previous.price != versions.price
        or previous.was_deleted as is_start
    from numbered as versions
    left join numbered as previous
        on versions.product_id = previous.product_id and versions.number = previous.number + 1
),
periods as (
    select *, sum(is_start::int) over (partition by product_id order by number) as period from joined
)
select
    product_id,
    arg_min(price, number) as shelf_price_usd,
    arg_min(previous_price, number) as previous_price_usd,
    arg_max(ended, number) is null as is_current,
    min(began) as valid_from_at
from periods
group by product_id, period;
