with records as (
    select * from {{ ref('stg_ops__quarantine_records') }}
),

nodes as (
    select * from {{ ref('stg_ops__dbt_nodes') }}
),

counted as (
    select
        source,
        schema_name,
        table_name,
        rule,
        column_name,
        business_date,
        count(*) as record_count,
        count_if(state = 'open') as open_count,
        count_if(state = 'resolved') as resolved_count,
        count_if(state = 'replayed') as replayed_count,
        count_if(state = 'discarded') as discarded_count,
        min(case when state = 'open' then first_seen_at end) as open_since,
        max(last_seen_at) as last_seen_at
    from records
    group by source, schema_name, table_name, rule, column_name, business_date
),

owners as (
    select
        schema_name,
        alias as table_name,
        min(owner) as owner
    from nodes
    where resource_type in ('source', 'model', 'snapshot', 'seed')
    group by schema_name, alias
)

select
    counted.source,
    counted.schema_name,
    counted.table_name,
    counted.rule,
    counted.column_name,
    owners.owner,
    counted.business_date,
    counted.record_count,
    counted.open_count,
    counted.resolved_count,
    counted.replayed_count,
    counted.discarded_count,
    counted.open_since,
    counted.last_seen_at
from counted
left join owners
    on counted.schema_name = owners.schema_name and counted.table_name = owners.table_name
