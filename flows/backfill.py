"""The backfill flow: what is missing, stale or asked for in a range of business dates, and nothing else."""

from contextlib import nullcontext
from datetime import date

from prefect import flow, runtime, task

from flows.closing import close_after
from flows.daily import daily
from flows.publishing import on_branch, recover
from flows.report import report_after
from larder import local_sources
from larder.errors import LarderError
from larder.ops import backfills
from larder.ops.steps import REBUILD, RECOVER
from larder.quarantine import records
from larder.runtime import backfill as planning
from larder.runtime import dbt_commands
from larder.runtime.backfill_plan import Rebuild, Request, Run, Step
from larder.runtime.build_plan import plan_rebuild
from larder.runtime.tagging import tag
from larder.runtime.writer_lock import one_writer
from larder.variables import temporary_environment


@task(task_run_name="plan the rest")
def plan_rest(request: Request, selected: frozenset[str] | None) -> tuple[Step, ...]:
    """What is still to do: what another run has done meanwhile is left out."""
    return planning.make_plan(request, selected).steps


@task(task_run_name=REBUILD.name)
def build(step: Rebuild, branch: str) -> None:
    """Build and test the models of a step on a branch."""
    records.ensure()  # data tests read and write it
    planned = plan_rebuild(step.models, step.first, step.last, is_full=step.is_full)
    with temporary_environment(planned.environment):
        dbt_commands.invoke(*planned.arguments, branch=branch)


@flow(
    name="rebuild",
    flow_run_name="rebuild {step.first} to {step.last}",
    persist_result=False,
    on_running=[tag],
    validate_parameters=False,
)
def rebuild(step: Rebuild) -> None:
    """Build some models for a range of dates, and record the run."""
    with one_writer() as held, close_after(step.last, step.is_full) as log:
        log.begin(RECOVER)
        recover()
        with on_branch(REBUILD, step.last, held, log) as branch:
            build(step, branch)


@flow(name="backfill", flow_run_name="backfill {first} to {last}", persist_result=False, on_running=[tag])
def backfill(first: date, last: date, select: list[str] | None = None, each_date: bool = False) -> list[str]:
    """Run what dates from `first` to `last` need, in as few builds as possible, then report.

    Without `select`, it runs the daily flow for dates that are missing, and rebuilds what older code made;
    with it, these models (in dbt's syntax) for all of the dates. After a stop, the same again does the rest.

    Returns a line for each step.

    Raises:
        LarderError: the dates are in the wrong order or not over, or a step failed.
    """
    local_sources.load()
    request = Request(first, last, tuple(select or ()), each_date)
    selected = planning.find_selected(request) if select else None
    begun = None
    if select:
        begun = backfills.begin(planning.as_json(request), last, str(runtime.flow_run.id))
    done: list[Step] = []
    steps = plan_rest(request, selected)
    with report_after(last) if steps else nullcontext():
        while steps:
            if steps[0] in done:
                raise LarderError(
                    f"backfill: {steps[0].describe()} is done, but ops does not have it; see the alerts"
                )
            match steps[0]:
                case Run() as run:
                    daily(run.business_date, with_report=False)
                case Rebuild() as step:
                    rebuild(step)
            done.append(steps[0])
            steps = plan_rest(request, selected)
    if begun:
        backfills.finish(begun, last, str(runtime.flow_run.id))
    return [step.describe() for step in done]
