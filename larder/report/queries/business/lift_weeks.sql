-- By week, how much more stores sold of promoted products, compared with the rate of stores that did not promote
-- them.
with weeks as (
    select
        promotion_week,
        sum(promoted_quantity) as sold_quantity,
        sum(promoted_store_count * unpromoted_quantity / unpromoted_store_count) as expected_quantity
    from gold.promotion_lift
    where unpromoted_store_count > 0
    group by promotion_week
)

select
    cast(date '2016-12-26' + interval 7 days * (promotion_week - 1) as date) as week_start_date,
    100.0 * (sold_quantity - expected_quantity) / expected_quantity as lift_pct
from weeks
where expected_quantity > 0
order by promotion_week
