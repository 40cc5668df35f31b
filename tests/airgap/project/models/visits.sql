select 'fresh' as kind, current_timestamp() - interval 1 hour as visited_at
union all
select 'stale' as kind, current_timestamp() - interval 3 day as visited_at
union all
select 'never' as kind, cast(null as timestamp) as visited_at
