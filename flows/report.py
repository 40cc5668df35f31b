"""The report of what happened: models over `ops`, Elementary's report, dbt's documentation, the site."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from prefect import flow, runtime, task
from prefect.client.schemas.objects import State

from larder import local_sources, settings
from larder.alerts import report_end
from larder.alerts.incident import Run
from larder.clock import current
from larder.ops.steps import DBT_DOCS, ELEMENTARY_REPORT, OPS_MODELS, SITE
from larder.report import site
from larder.runtime import dbt_commands, dbt_docs, elementary, prefect_server
from larder.runtime.failures import failures
from larder.runtime.tagging import tag
from larder.runtime.writer_lock import one_writer


@task(task_run_name=OPS_MODELS.name)
def build_ops() -> None:
    """Build and test the models over `ops`."""
    # The artifacts that stay in dbt's target folder are those of the day's build.
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
    """Make the site's own pages anew, from `ops` and `gold`."""
    site.make(settings.home() / "site", business_date=day, prefect_ui_url=prefect_server.ui_url())


@contextmanager
def reported(day: date) -> Iterator[None]:
    """Make the report after the block, also if that fails, but not if it is interrupted.

    The report's own failure is its own alert: the data are there.
    """
    try:
        yield
    except Exception:
        _report(day)
        raise
    _report(day)


def _report(day: date) -> None:
    state: State[None] = report(day, return_state=True)
    if error := None if state.is_completed() else state.result(raise_on_failure=False):
        report_end.settle_unfinished(_run(day), error)


def _run(day: date) -> Run:
    about = runtime.flow_run
    return Run(day, str(about.name), str(about.id), links=(("Site", prefect_server.SITE_URL),))


def run_name() -> str:
    """The name of a run in the UI: the flow and its business date."""
    return f"report {runtime.flow_run.parameters['business_date'] or current()}"


@flow(name="report", flow_run_name=run_name, persist_result=False, on_running=[tag])
def report(business_date: date | None = None) -> None:
    """Make the report anew. What cannot be made is an alert, and keeps nothing else from being made.

    Raises:
        ReportFailed: a step failed; the others are done.
    """
    local_sources.load()
    day = business_date or current()
    with one_writer():
        # In this order: the site's pages link to the others, where these are there.
        states = {
            OPS_MODELS: build_ops(return_state=True),
            ELEMENTARY_REPORT: make_elementary(return_state=True),
            DBT_DOCS: document(return_state=True),
            SITE: make_site(day, return_state=True),
        }
    report_end.settle(_run(day), failures(states))
