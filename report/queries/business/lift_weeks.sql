-- Units that stores sold of what they promoted, beside what they would have sold at the rate of the stores that
-- did not promote it, week by week.
select
    cast(date '2016-12-26' + interval 7 days * (promotion_week - 1) as date) as week_start_date,
    cast(sum(promoted_quantity) as double) as promoted_quantity,
    sum(promoted_store_count * unpromoted_quantity / unpromoted_store_count) as expected_quantity,
    100.0 * (promoted_quantity - expected_quantity) / nullif(expected_quantity, 0) as lift_pct
from gold.promotion_lift
where unpromoted_store_count > 0
group by promotion_week
order by promotion_week
