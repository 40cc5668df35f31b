-- Row counts by date, in percent of the first date, for the six tables that changed most.
with measures as (
    select
        schema_name,
        table_name,
        business_date,
        row_count,
        arg_min(row_count, business_date) over (partition by schema_name, table_name) as first_count
    from ops.table_history
    where schema_name in ('bronze', 'silver', 'gold')
    qualify row_number() over (partition by schema_name, table_name, business_date order by measured_at desc) = 1
),

moved as (
    select
        schema_name,
        table_name,
        max(abs(100.0 * (row_count - first_count) / first_count)) as moved_pct
    from measures
    -- A percentage of a few rows means little.
    where first_count >= 100
    group by schema_name, table_name
    having moved_pct > 0
    order by moved_pct desc, schema_name, table_name
    limit 6
)

select
    measures.schema_name || '.' || measures.table_name as name,
    measures.business_date,
    100.0 * (measures.row_count - measures.first_count) / measures.first_count as growth_pct
from measures
join moved using (schema_name, table_name)
order by name, measures.business_date
