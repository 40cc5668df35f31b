"""The daily flow: a business date from the retailer's systems to tested marts, and what is told of it."""

from contextlib import nullcontext
from datetime import date
from typing import Any

from prefect import flow, runtime, task
from prefect.client.schemas.objects import TaskRun
from prefect.tasks import exponential_backoff

from alerts.diagnosis import BUILD
from flows import dbt, elementary
from flows.account import FRESHNESS, account_of
from flows.report import reported
from flows.tagging import tag
from flows.writing import one_writer
from ingest.errors import SourceUnavailable
from ingest.load import SOURCES, Loaded, ingest
from larder import settings
from larder.business_date import current


def is_transient(task: Any, run: TaskRun, state: Any) -> bool:
    """Whether a failed task is worth another try: only where a source did not answer."""
    return isinstance(state.result(raise_on_failure=False), SourceUnavailable)


@task(
    task_run_name="ingest {source}",
    retries=2,
    retry_delay_seconds=exponential_backoff(backoff_factor=5),
    retry_condition_fn=is_transient,
)
def ingest_source(source: str, business_date: date) -> Loaded:
    """Bring one source's new rows into Bronze."""
    return ingest(source, business_date)


@task(task_run_name=FRESHNESS)
def check_freshness() -> None:
    """Stop here when a source was not loaded for too long."""
    dbt.invoke("source", "freshness")


@task(task_run_name="Elementary tables")
def prepare_elementary() -> None:
    """Make the tables into which Elementary's own package, where it is installed, writes what dbt finds."""
    elementary.prepare()


@task(task_run_name=BUILD)
def build(business_date: date, full_refresh: bool) -> dict[str, int]:
    """Build and test silver and gold; the number of nodes by status."""
    results = dbt.invoke(*dbt.build_command(business_date, full_refresh=full_refresh)).result.results
    statuses = [str(result.status) for result in results]
    return {status: statuses.count(status) for status in set(statuses)}


def run_name() -> str:
    """The name of a run in the UI: the flow and its business date."""
    return f"daily {runtime.flow_run.parameters['business_date'] or current()}"


@flow(name="daily", flow_run_name=run_name, persist_result=False, on_running=[tag])
def daily(
    business_date: date | None = None, full_refresh: bool = False, with_report: bool = True
) -> dict[str, int]:
    """Run one business date, the current one where none is given; the same date again changes nothing."""
    settings.load_demo_sources()
    day = business_date or current()
    with (
        reported(day) if with_report else nullcontext(),
        one_writer(),
        account_of(day, full_refresh) as account,
    ):
        for source in SOURCES:
            account.steps.append(f"ingest {source}")
            account.loads.append(ingest_source(source, day))
        # What becomes of it concerns the report, not the data.
        prepare_elementary(return_state=True)
        account.steps.append(FRESHNESS)
        check_freshness()
        account.steps.append(BUILD)
        return build(day, full_refresh)
