-- Open incidents, oldest first.
select *
from ops.incident_history
where is_open
order by opened_at, incident_id
