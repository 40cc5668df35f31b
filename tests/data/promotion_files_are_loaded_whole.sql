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
),

-- Rows that the gate set aside, less those that came back from there, and rows that a file had twice.
logged as (
    select
        coalesce(sum(coalesce(quarantined_count, 0) + coalesce(already_there_count, 0)), 0)
        - coalesce(sum(case when source = 'quarantine' then received_count end), 0) as row_count
    from {{ source('bronze', 'load_log') }}
    where table_name = 'promotions_placements'
),

-- A load that was killed is not in the log, but the rows that it set aside are in quarantine.
quarantined as (
    select count(*) as row_count
    from {{ source('quarantine', 'records') }}
    where resource = 'promotions_placements' and state in ('open', 'discarded')
),

apart as (
    select greatest(logged.row_count, quarantined.row_count) as row_count
    from logged
    cross join quarantined
)

select
    loaded.row_count as loaded_row_count,
    apart.row_count as apart_row_count,
    announced.row_count as announced_row_count
from loaded
cross join apart
cross join announced
where not (loaded.row_count + apart.row_count <=> announced.row_count)
