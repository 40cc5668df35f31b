-- Columns with nulls; first those whose share of nulls changed most since the first date.
with measures as (
    select *
    from ops.null_rate_history
    -- Skip the technical columns of snapshots and loads.
    where schema_name != 'ops' and not regexp_matches(column_name, '^(_|dbt_)')
    qualify row_number() over (
        partition by schema_name, table_name, column_name, business_date order by measured_at desc
    ) = 1
)

select
    schema_name,
    table_name,
    column_name,
    arg_max(null_pct, business_date) as null_pct,
    arg_max(null_count, business_date) as null_count,
    arg_max(null_pct, business_date) - arg_min(null_pct, business_date) as change_points,
    max(null_pct) - min(null_pct) as spread_points,
    list(null_pct order by business_date) as null_pcts,
    list(business_date order by business_date) as business_dates
from measures
group by schema_name, table_name, column_name
having max(null_pct) > 0
order by spread_points desc, null_pct desc, schema_name, table_name, column_name
limit 15
