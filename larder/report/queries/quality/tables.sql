-- Each table's row count, now and by date, ordered by layer.
with measures as (
    select *
    from ops.table_history
    qualify row_number() over (partition by schema_name, table_name, business_date order by measured_at desc) = 1
),

series as (
    select
        schema_name,
        table_name,
        list(row_count order by business_date) as row_counts
    from measures
    group by schema_name, table_name
)

select
    measures.schema_name,
    measures.table_name,
    measures.row_count,
    measures.row_count_change,
    measures.size_bytes,
    series.row_counts
from measures
join series using (schema_name, table_name)
where measures.schema_name != 'ops'
qualify row_number() over (
    partition by measures.schema_name, measures.table_name order by measures.business_date desc
) = 1
order by
    list_position(['bronze', 'silver', 'gold'], measures.schema_name),
    measures.row_count desc,
    measures.table_name
