-- Records of the quarantine that are open, or were first rejected on the date; by source and rule.
select
    source,
    rule,
    sum(open_count) as open_count,
    coalesce(sum(record_count) filter (where business_date = getvariable('business_date')), 0) as new_count,
    min(open_since) as open_since,
    string_agg(distinct table_name, ', ' order by table_name) as table_names
from ops.quarantine_history
group by source, rule
having sum(open_count) > 0 or new_count > 0
order by sum(open_count) desc, new_count desc, source, rule
