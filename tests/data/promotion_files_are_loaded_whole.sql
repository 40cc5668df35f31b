-- Row counts of the partitions come from Iceberg's metadata: no file of the 20 million rows is read.
with loaded as (
    select
        partitions.partition._business_date as business_date,
        sum(partitions.record_count) as row_count
    from {{ source('promotions', 'placements') }}.partitions as partitions
    group by partitions.partition._business_date
),

announced as (
    select
        _business_date as business_date,
        sum(row_count) as row_count
    from {{ source('promotions', 'files') }}
    group by _business_date
)

select
    coalesce(loaded.business_date, announced.business_date) as business_date,
    loaded.row_count as loaded_row_count,
    announced.row_count as announced_row_count
from loaded
full outer join announced on loaded.business_date = announced.business_date
where not (loaded.row_count <=> announced.row_count)
