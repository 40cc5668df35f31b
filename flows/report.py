"""The report of what happened: models over `ops`, Elementary's report, dbt's documentation, the site."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from prefect import Task, flow, runtime, task
from prefect.client.schemas.objects import State

from larder import local_sources, settings
from larder.alerts import oncall
from larder.alerts.diagnosis import of_report
from larder.alerts.incident import Run
from larder.clock import current
from larder.errors import LarderError
from larder.ops.steps import DBT_DOCS, ELEMENTARY_REPORT, OPS_MODELS, REPORT, SITE, Step
from larder.redaction import told
from larder.report import site
from larder.runtime import dbt_commands, elementary, prefect_server
from larder.runtime.failures import failures
from larder.runtime.tagging import tag
from larder.runtime.writer_lock import one_writer


class ReportFailed(LarderError):
    """Part of the report could not be made; the rest is there, and so are the data."""


@task(task_run_name=OPS_MODELS.name)
def build_ops(day: date) -> None:
    """Build and test the models over `ops`."""
    # The artifacts that stay in dbt's target folder are those of the day's build.
    dbt_commands.invoke(
        "build", "--select", "tag:ops", "--exclude-resource-type", "unit_test", "--no-write-json"
    )


@task(task_run_name=ELEMENTARY_REPORT.name)
def make_elementary(day: date) -> None:
    """Make Elementary's report into the state folder's `site/elementary`."""
    elementary.make_report(settings.home() / "site" / "elementary")


@task(task_run_name=DBT_DOCS.name)
def document(day: date) -> None:
    """Generate the documentation site into the state folder's `site/docs`."""
    dbt_commands.forget_temporaries()
    dbt_commands.invoke("docs", "generate", "--no-compile")
    docs = settings.home() / "site" / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    for name in ("index.html", "manifest.json", "catalog.json"):
        shutil.copy(dbt_commands.target_path() / name, docs / name)


@task(task_run_name=SITE.name)
def make_site(day: date) -> None:
    """Make the site's own pages anew, from `ops` and `gold`."""
    site.make(settings.home() / "site", business_date=day, prefect_ui_url=prefect_server.ui_url())


# In this order: the site's pages link to the others, where these are there.
STEPS: dict[Step, Task[[date], Any]] = {
    OPS_MODELS: build_ops,
    ELEMENTARY_REPORT: make_elementary,
    DBT_DOCS: document,
    SITE: make_site,
}


@contextmanager
def reported(day: date) -> Iterator[None]:
    """Make the report after the block, also where that fails, but not where it is interrupted.

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
    error = None if state.is_completed() else state.result(raise_on_failure=False)
    if error and not isinstance(error, ReportFailed):
        # It did not even come to its steps.
        oncall.raise_incident(of_report(_run(day), REPORT, error))


def _run(day: date) -> Run:
    about = runtime.flow_run
    return Run(day, str(about.name), str(about.id), links=(("Site", prefect_server.SITE_URL),))


def run_name() -> str:
    """The name of a run in the UI: the flow and its business date."""
    return f"report {runtime.flow_run.parameters['business_date'] or current()}"


@flow(name="report", flow_run_name=run_name, persist_result=False, on_running=[tag])
def report(business_date: date | None = None) -> None:
    """Make the report anew. What cannot be made is told, and keeps nothing else from being made.

    Raises:
        ReportFailed: a step failed; the others are done.
    """
    local_sources.load()
    day = business_date or current()
    with one_writer():
        failed = failures({step: task(day, return_state=True) for step, task in STEPS.items()})
    for step, error in failed.items():
        oncall.raise_incident(of_report(_run(day), step, error))
    oncall.close_incidents("report", except_subjects=[step.name for step in failed])
    if failed:
        raise ReportFailed("; ".join(f"{step}: {told(error)}" for step, error in failed.items()))
