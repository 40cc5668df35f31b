-- Row counts of the partitions come from Iceberg's metadata: no file of the 20 million rows is read. In all and not by
-- date, for a load that was interrupted lists on the next date what it brought on the one before.
with loaded as (
    select sum(partitions.record_count) as row_count
    from {{ source('promotions', 'placements') }}.partitions as partitions
),

announced as (
    select sum(row_count) as row_count
    from {{ source('promotions', 'files') }}
)

select
    loaded.row_count as loaded_row_count,
    announced.row_count as announced_row_count
from loaded
cross join announced
where not (loaded.row_count <=> announced.row_count)
