-- Rows of each layer on each date: the sum of its tables.
with measures as (
    select *
    from ops.table_history
    where schema_name in ('bronze', 'silver', 'gold')
    qualify row_number() over (partition by schema_name, table_name, business_date order by measured_at desc) = 1
)

select
    schema_name,
    business_date,
    cast(sum(row_count) as bigint) as row_count
from measures
group by schema_name, business_date
order by list_position(['bronze', 'silver', 'gold'], schema_name), business_date
