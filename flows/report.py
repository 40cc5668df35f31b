"""The report flow: models over `ops`, Elementary's report, dbt's documentation, the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from prefect import flow, runtime, task
from prefect.client.schemas.objects import State

from larder import local_sources, settings
from larder.alerts import report_end
from larder.alerts.incident import Run
from larder.clock import current
from larder.errors import LockHeld
from larder.ops.steps import DBT_DOCS, ELEMENTARY_REPORT, OPS_MODELS, SITE
from larder.report import site
from larder.runtime import dbt_commands, dbt_docs, elementary, prefect_server
from larder.runtime.failures import collect_failures
from larder.runtime.tagging import tag
from larder.runtime.writer_lock import one_writer


@task(task_run_name=OPS_MODELS.name)
def build_ops() -> None:
    """Build and test the models over `ops`."""
    # Keep the daily build's artifacts in dbt's target folder.
    dbt_commands.invoke(
        "build", "--select", "tag:ops", "--exclude-resource-type", "unit_test", "--no-write-json"
    )


@task(task_run_name=ELEMENTARY_REPORT.name)
def make_elementary() -> None:
    """Make Elementary's report into the state folder's `site/elementary`."""
    elementary.make_report(settings.home() / "site" / "elementary")


@task(task_run_name=DBT_DOCS.name)
def document() -> None:
    """Generate the documentation site into the state folder's `site/docs`."""
    dbt_docs.make_docs(settings.home() / "site" / "docs")


@task(task_run_name=SITE.name)
def make_site(day: date) -> None:
    """Rebuild the site's own pages from `ops` and `gold`."""
    site.make(settings.home() / "site", business_date=day, prefect_ui_url=prefect_server.ui_url())


@contextmanager
def report_after(day: date) -> Iterator[None]:
    """Make the report after the block, even if the block fails, but not if it is interrupted.

    A failure of the report raises an incident of its own and does not fail the run: the data are published.
    """
    try:
        yield
    except LockHeld:
        # The run has not begun, so there is nothing to report.
        raise
    except Exception:
        _make_report(day)
        raise
    _make_report(day)


def _make_report(day: date) -> None:
    state: State[None] = report(day, return_state=True)
    if error := None if state.is_completed() else state.result(raise_on_failure=False):
        report_end.settle_unfinished(_describe_run(day), error)


def _describe_run(day: date) -> Run:
    current = runtime.flow_run
    return Run(day, str(current.name), str(current.id), links=(("Site", prefect_server.SITE_URL),))


def run_name() -> str:
    """The name of a run in the UI: the flow and its business date."""
    return f"report {runtime.flow_run.parameters['business_date'] or current()}"


@flow(name="report", flow_run_name=run_name, persist_result=False, on_running=[tag])
def report(business_date: date | None = None) -> None:
    """Rebuild the report. A step that fails raises an incident, and the other steps still run.

    Raises:
        ReportFailed: a step failed.
    """
    local_sources.load()
    day = business_date or current()
    with one_writer():
        # The site comes last: it links to the other pages if they exist.
        states = {
            OPS_MODELS: build_ops(return_state=True),
            ELEMENTARY_REPORT: make_elementary(return_state=True),
            DBT_DOCS: document(return_state=True),
            SITE: make_site(day, return_state=True),
        }
    report_end.settle(_describe_run(day), collect_failures(states))
