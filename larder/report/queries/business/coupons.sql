-- The most redeemed coupons.
select *
from gold.coupon_performance
where redemption_count > 0
order by redemption_count desc, campaign_id, coupon_upc
limit 8
