-- What was rejected and is open, or was seen in the last 90 days; by table, rule and column.
select
    source,
    table_name,
    rule,
    column_name,
    max(owner) as owner,
    sum(open_count) as open_count,
    sum(resolved_count) as resolved_count,
    sum(replayed_count) as replayed_count,
    sum(discarded_count) as discarded_count,
    min(open_since) as open_since,
    max(last_seen_at) as last_seen_at
from ops.quarantine_history
where open_count > 0 or business_date > getvariable('business_date') - interval 90 days
group by source, table_name, rule, column_name
order by sum(open_count) = 0, min(open_since), table_name, rule, column_name
