with versions as (
    select
        week as promotion_week,
        -- Of all versions of the file: one that was issued again for another week left this one.
        max(_loaded_at) over (partition by file_name) as loaded_at
    from {{ source('promotions', 'files') }}
)

select
    promotion_week,
    max(loaded_at) as loaded_at
from versions
group by promotion_week
