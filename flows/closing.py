"""The closing of a daily run, whether it succeeded or failed: samples, monitors, the record, alerts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from larder.alerts import run_end
from larder.ops import recording
from larder.ops.artifacts import Row
from larder.ops.run_log import RunLog
from larder.ops.steps import MONITORS, RECORD, Step
from larder.runtime import dbt_commands, elementary, prefect_server, samples, shown_results
from larder.runtime.failures import collect_failures


@task(task_run_name="samples of failed tests", cache_policy=NO_CACHE)
def sample_failures(log: RunLog) -> list[Row]:
    """Sample the rows that failed each test, masked; rows of `ops.dbt_failure_samples`."""
    if not log.failed_in_build():
        return []
    return samples.sample_failures(dbt_commands.target_path(), log.started_at, log.branch)


@task(task_run_name=MONITORS.name, cache_policy=NO_CACHE)
def run_monitors(log: RunLog) -> None:
    """Run the anomaly monitors; after a failed build, only those of the sources."""
    elementary.run_monitors(sources_only=log.error is not None)


@task(task_run_name=RECORD.name, cache_policy=NO_CACHE)
def record_run(log: RunLog, failed_rows: list[Row]) -> None:
    """Append the run to the tables of `ops`, and attach dbt's results to it in Prefect's UI."""
    target = dbt_commands.target_path()
    shown_results.link_site()
    counts = recording.record(log.to_flow_run(), target, log.artifacts(), log.loads, samples=failed_rows)
    recorded = ", ".join(f"{rows} {table}" for table, rows in counts.items())
    get_run_logger().info("Recorded in ops: %s", recorded)
    shown_results.show_results(log.business_date, target, log.artifacts())


@task(task_run_name="alerts", cache_policy=NO_CACHE)
def alert(log: RunLog, failed_rows: list[Row]) -> None:
    """Raise an incident for the root cause of a failed run and for rejected rows, or close what is over."""
    target, links = dbt_commands.target_path(), prefect_server.links(log.flow_run_id)
    run_end.settle(log, target, failed_rows, links)
    run_end.settle_quarantine(log, target, links)


@contextmanager
def close_after(day: date, full_refresh: bool) -> Iterator[RunLog]:
    """Log the block as a run, and close the run when the block ends. Closing never fails the run."""
    current = runtime.flow_run
    log = RunLog(day, full_refresh, str(current.id), str(current.flow_name), str(current.name))
    try:
        yield log
    except BaseException as error:
        # BaseException: a run that was interrupted or cancelled has not completed either.
        log.error = error
        raise
    finally:
        close_run(log)


def close_run(log: RunLog) -> None:
    """Sample, monitor, record, alert. A failure in one of these raises an incident of its own."""
    sample: State[list[Row]] = sample_failures(log, return_state=True)
    failed_rows = sample.result(raise_on_failure=False) if sample.is_completed() else []
    states: dict[Step, State[Any]] = {}
    if log.is_monitored():
        states[MONITORS] = run_monitors(log, return_state=True)
    states[RECORD] = record_run(log, failed_rows, return_state=True)
    alert(log, failed_rows, return_state=True)
    run_end.settle_closing(log, collect_failures(states), prefect_server.links(log.flow_run_id))
