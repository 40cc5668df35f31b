-- Tests that did not pass in their latest run; worst first, then longest failing.
select *
from (
    select *
    from ops.test_run_history
    where status != 'skipped'
    qualify row_number() over (partition by unique_id order by finished_at desc) = 1
)
where has_failed(status) or status = 'warn'
order by status = 'warn', failing_since, test_name, unique_id
