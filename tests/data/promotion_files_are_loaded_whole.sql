-- The partitions' row counts come from Iceberg's metadata, so none of the 20 million rows is read. The totals are
-- compared overall, not by date: if a load was interrupted, a file may be listed on a later date than its rows.
with loaded as (
    select sum(partitions.record_count) as row_count
    from {{ source('promotions', 'placements') }}.partitions as partitions
),

-- A file that came back after it was deleted is listed again, but its rows are there already.
listed as (
    select distinct
        file_name,
        modified_at,
        row_count
    from {{ source('promotions', 'files') }}
    where not coalesce(_is_deleted, false)
),

announced as (
    select sum(row_count) as row_count
    from listed
)

select
    loaded.row_count as loaded_row_count,
    announced.row_count as announced_row_count
from loaded
cross join announced
where not (loaded.row_count <=> announced.row_count)
