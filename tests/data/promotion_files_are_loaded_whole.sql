-- Row counts of the partitions come from Iceberg's metadata: no file of the 20 million rows is read.
with loaded as (
    select
        partition.week as week,
        sum(record_count) as row_count
    from {{ source('promotions', 'placements') }}.partitions
    group by partition.week
),

announced as (
    select
        week,
        sum(row_count) as row_count
    from {{ source('promotions', 'files') }}
    group by week
)

select
    coalesce(loaded.week, announced.week) as week,
    loaded.row_count as loaded_row_count,
    announced.row_count as announced_row_count
from loaded
full outer join announced on loaded.week = announced.week
where not (loaded.row_count <=> announced.row_count)
