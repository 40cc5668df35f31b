"""The daily flow: a business date from the retailer's systems to tested marts, with its report."""

import sys
from contextlib import nullcontext
from datetime import date
from typing import Any

from prefect import flow, runtime, task
from prefect.client.schemas.objects import TaskRun

from flows.closing import close_after
from flows.publishing import on_branch, recover
from flows.report import report_after
from larder import local_sources
from larder.clock import current
from larder.errors import SourceUnavailable
from larder.landing.load import LoadResult, ingest
from larder.landing.sources import source_names
from larder.ops.steps import BUILD, FRESHNESS, RECOVER, ingest_step
from larder.quarantine import records
from larder.runtime import dbt_commands, elementary
from larder.runtime.build_plan import plan_build
from larder.runtime.tagging import tag
from larder.runtime.writer_lock import one_writer
from larder.variables import temporary_environment

RETRY_SECONDS = [15.0, 120.0, 480.0]


def is_transient(task: Any, run: TaskRun, state: Any) -> bool:
    """Whether to retry a failed task: only if a source did not answer."""
    error = state.result(raise_on_failure=False)
    if is_unavailable := isinstance(error, SourceUnavailable):
        # The terminal does not show the log.
        print(f"{error}. Trying again, up to {len(RETRY_SECONDS)} times", file=sys.stderr, flush=True)
    return is_unavailable


@task(
    task_run_name="ingest {source}",
    # With the tries of each source's own client, these outlast an outage of ten minutes.
    retries=len(RETRY_SECONDS),
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_transient,
)
def ingest_source(source: str, business_date: date) -> LoadResult:
    """Load one source's new rows into Bronze."""
    return ingest(source, business_date, str(runtime.flow_run.id))


@task(task_run_name=FRESHNESS.name)
def check_freshness() -> None:
    """Fail if a source is stale."""
    # It needs no list of all tables.
    dbt_commands.invoke("source", "freshness", "--no-populate-cache")


@task(task_run_name="Elementary tables")
def prepare_elementary() -> None:
    """Create the tables that Elementary's own package writes dbt's results to, if it is installed."""
    elementary.prepare()


@task(task_run_name=BUILD.name)
def build(business_date: date, full_refresh: bool, branch: str) -> dict[str, int]:
    """Build and test silver and gold on a branch; returns the number of nodes by status."""
    records.ensure()  # data tests read and write it
    planned = plan_build(business_date, full_refresh=full_refresh)
    with temporary_environment(planned.environment):
        results = dbt_commands.invoke(*planned.arguments, branch=branch).result.results
    statuses = [str(result.status) for result in results]
    return {status: statuses.count(status) for status in set(statuses)}


def run_name() -> str:
    """The name of a run in the UI: the flow and its business date."""
    return f"daily {runtime.flow_run.parameters['business_date'] or current()}"


@flow(name="daily", flow_run_name=run_name, persist_result=False, on_running=[tag])
def daily(
    business_date: date | None = None, full_refresh: bool = False, with_report: bool = True
) -> dict[str, int]:
    """Run one business date, by default the current one. Idempotent: the same date again changes nothing."""
    local_sources.load()
    day = business_date or current()
    with (
        report_after(day) if with_report else nullcontext(),
        one_writer() as held,
        close_after(day, full_refresh) as log,
    ):
        log.begin(RECOVER)
        recover()
        for source in source_names():
            held.check()
            log.begin(ingest_step(source))
            log.loads.append(ingest_source(source, day))
        # A failure here concerns the report, not the data.
        prepare_elementary(return_state=True)
        log.begin(FRESHNESS)
        check_freshness()
        with on_branch(BUILD, day, held, log) as branch:
            statuses = build(day, full_refresh, branch)
        return statuses
