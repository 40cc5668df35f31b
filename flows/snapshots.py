"""The flow that rebuilds the history of snapshots from Bronze."""

import json
from datetime import date

from prefect import flow, task

from flows.closing import close_after
from flows.publishing import on_branch, recover
from flows.report import report_after
from larder import local_sources
from larder.clock import current
from larder.lake import layers, tables
from larder.ops.schema import OPS
from larder.ops.steps import REBUILD, RECOVER
from larder.quarantine import records
from larder.runtime import dbt_commands
from larder.runtime.build_plan import plan_build
from larder.runtime.tagging import tag
from larder.runtime.writer_lock import one_writer
from larder.variables import temporary_environment


@task(task_run_name="history of {name}")
def rebuild_history(name: str, branch: str) -> None:
    """Replace what a snapshot holds with its whole history on a branch, in one commit."""
    arguments = json.dumps({"snapshot": name})
    dbt_commands.invoke(
        "run-operation", "rebuild_snapshot", "--args", arguments, "--no-write-json", branch=branch
    )


@task(task_run_name=REBUILD.name)
def build(names: list[str], business_date: date, branch: str) -> None:
    """Test the snapshots on a branch, and build and test what is downstream."""
    records.ensure()  # data tests read and write it
    planned = plan_build(business_date)
    with temporary_environment(planned.environment):
        selected = ("--select", *(f"{name}+" for name in names))
        dbt_commands.invoke(*planned.arguments, *selected, branch=branch)


@flow(name="rebuild-snapshots", flow_run_name="rebuild snapshots", persist_result=False, on_running=[tag])
def rebuild_snapshots(names: list[str]) -> dict[str, int]:
    """Rebuild the history of snapshots, and what is downstream; publish all of it together, then report.

    Returns the number of versions that each snapshot then has.
    """
    local_sources.load()
    # Nothing is loaded: data are as of the last run.
    day = tables.high_water("flow_runs", "business_date", OPS) or current()
    with report_after(day), one_writer() as held, close_after(day, full_refresh=False) as log:
        log.begin(RECOVER)
        recover()
        with on_branch(REBUILD, day, held, log) as branch:
            for name in names:
                rebuild_history(name, branch)
            build(names, day, branch)
    rows = layers.rows()["silver"]
    return {name: rows[name] for name in names}
