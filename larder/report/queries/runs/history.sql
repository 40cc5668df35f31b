-- The latest runs, the newest first.
select *
from ops.run_history
order by started_at desc, flow_run_id
limit 30
