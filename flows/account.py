"""What a run did, kept while it runs and recorded when it ends, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from prefect import runtime, task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from alerts import oncall
from alerts.diagnosis import BUILD, of_telling
from flows import dbt, elementary, incidents, server
from flows.failures import failures
from ingest import artifacts, dbt_artifacts
from ingest.dbt_artifacts import FAILED_STATUSES, RESULTS, Row
from ingest.errors import said, told, without_values
from ingest.load import Loaded
from larder import business_date

FRESHNESS, MONITORS, RECORD = "source freshness", "anomaly monitors", "record the run"
# Which of dbt's artifacts a step leaves.
ARTIFACTS = {FRESHNESS: "sources", BUILD: "run_results", MONITORS: "monitors"}


@dataclass
class Account:
    """A run's loads, and the steps that it came to, in their order."""

    business_date: date
    is_full_refresh: bool
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    loads: list[Loaded] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    error: BaseException | None = None

    def row(self) -> artifacts.FlowRun:
        """The run as `ops.flow_runs` holds it."""
        return artifacts.FlowRun(
            flow_run_id=str(runtime.flow_run.id),
            flow_name=str(runtime.flow_run.flow_name),
            run_name=str(runtime.flow_run.name),
            business_date=self.business_date,
            outcome="failed" if self.error else "completed",
            failed_step=self.steps[-1] if self.error and self.steps else None,
            error=told(self.error) if self.error else None,
            is_full_refresh=self.is_full_refresh,
            clock_offset_seconds=round(business_date.clock_offset().total_seconds()),
            started_at=self.started_at,
            finished_at=datetime.now(UTC),
        )

    def artifacts(self) -> list[str]:
        """The dbt artifacts that this run's steps leave."""
        steps = [*self.steps, MONITORS] if self.is_monitored() else self.steps
        return [ARTIFACTS[step] for step in steps if step in ARTIFACTS]

    def is_monitored(self) -> bool:
        """Whether monitors look at what the run built: it came to its build, and nobody interrupted it."""
        return BUILD in self.steps and isinstance(self.error, Exception | None)


@contextmanager
def account_of(day: date, full_refresh: bool) -> Iterator[Account]:
    """Keep an account of the block and record it, however the block ends; that never fails the run."""
    account = Account(day, full_refresh)
    try:
        yield account
    except BaseException as error:
        # Not only what failed: a run that was interrupted or cancelled has not completed either.
        account.error = error
        raise
    finally:
        _close(account)


def _close(account: Account) -> None:
    """Tell what happened. What goes wrong in it is an alert of its own, never the run's end."""
    sampled: State[list[Row]] = incidents.sample(account, return_state=True)
    broken = sampled.result(raise_on_failure=False) if sampled.is_completed() else []
    states: dict[str, State[Any]] = {}
    if account.is_monitored():
        states[MONITORS] = monitor(account, return_state=True)
    states[RECORD] = record(account, broken, return_state=True)
    incidents.settle(account, broken, return_state=True)
    failed = failures(states)
    lasting = set(failed)
    if account.error:
        # Whatever broke the build may have broken the monitors, and is told already.
        failed.pop(MONITORS, None)
        lasting.add(MONITORS)
    for step, error in failed.items():
        oncall.raise_incident(of_telling(incidents.run_of(account), step, error))
    oncall.close_incidents("record", except_subjects=lasting)


@task(task_run_name=MONITORS, cache_policy=NO_CACHE)
def monitor(account: Account) -> None:
    """Look for what is unlike the days before; after a build that failed in what was loaded only."""
    elementary.run_monitors(sources_only=account.error is not None)


@task(task_run_name=RECORD, cache_policy=NO_CACHE)
def record(account: Account, broken: list[Row]) -> None:
    """Append what happened to the tables of `ops`, and show dbt's results beside the run in Prefect's UI."""
    create_link_artifact(
        key="site", link=server.SITE_URL, link_text="What happened, at a glance", description="The site"
    )
    counted = artifacts.record(
        account.row(), dbt.target_path(), account.artifacts(), account.loads, samples=broken
    )
    recorded = ", ".join(f"{rows} {table}" for table, rows in counted.items())
    get_run_logger().info("Recorded in ops: %s", recorded)
    if results := [name for name in account.artifacts() if name in RESULTS]:
        _show_results(account.business_date, results)


def _show_results(day: date, names: list[str]) -> None:
    """A table of the results in these of dbt's artifacts, worst first, as a Prefect artifact."""
    read = [dbt_artifacts.read(dbt.target_path(), name)["results"] for name in names]
    found = [result for results in read for result in results]
    order = (*FAILED_STATUSES, "warn", "skipped")
    worst_first = sorted(
        found, key=lambda one: order.index(one["status"]) if one["status"] in order else len(order)
    )
    create_table_artifact(
        key="dbt-results",
        table=[
            {
                "node": result["unique_id"],
                "status": result["status"],
                "seconds": round(result["execution_time"], 1),
                "message": said(without_values(result["message"] or "")),
            }
            for result in worst_first
        ],
        description=f"dbt build of {day}",
    )
