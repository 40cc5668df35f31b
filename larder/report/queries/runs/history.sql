-- Runs, latest first.
select *
from ops.run_history
order by started_at desc, flow_run_id
limit 30
