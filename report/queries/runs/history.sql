-- The latest runs, the newest first.
select *
from ops.run_history
order by started_at desc
limit 30
