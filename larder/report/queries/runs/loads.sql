-- Rows loaded per date and source.
select
    business_date,
    source,
    cast(sum(row_count) as bigint) as row_count,
    sum(duration_seconds) as duration_seconds
from ops.load_history
group by business_date, source
order by source, business_date
