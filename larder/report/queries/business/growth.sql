-- The five stores that gained most and the five that lost most, among those with enough sales to compare.
with compared as (
    select *
    from gold.store_summary
    where net_sales_previous_28_days_usd >= 1000 and growth_pct is not null
)

select *
from (
    select
        *,
        row_number() over (order by growth_pct desc, store_name) as gain_rank,
        row_number() over (order by growth_pct, store_name desc) as loss_rank
    from compared
)
where gain_rank <= 5 or loss_rank <= 5
order by growth_pct desc, store_name
