"""Open or close incidents after a run."""

from collections.abc import Mapping
from pathlib import Path

from larder.alerts import diagnosis, oncall, quarantine
from larder.alerts.incident import Run
from larder.ops.artifacts import Row
from larder.ops.run_log import RunLog
from larder.ops.steps import BUILD, MONITORS, REBUILD, Step

Links = tuple[tuple[str, str], ...]


def settle(log: RunLog, target: Path, failed_rows: list[Row], links: Links = ()) -> None:
    """Raise an incident for the root cause of a failed run; after a successful one, close those of runs.

    A run that was interrupted does neither. One that built only a part of the models closes none.

    Args:
        log: the run.
        target: dbt's target folder.
        failed_rows: rows of `ops.dbt_failure_samples`.
        links: labels and URLs for the alert.
    """
    if log.error is None and REBUILD in log.steps:
        return
    if log.error is None:
        oncall.close_incidents("run", up_to=log.business_date)
        return
    if not isinstance(log.error, Exception):
        return
    run, step = describe_run(log, links), log.last_step()
    if step in (BUILD, REBUILD):
        found = diagnosis.diagnose_build(run, log.error, target, log.started_at, failed_rows)
    else:
        found = diagnosis.diagnose_step(run, step, log.error, target, log.started_at)
    oncall.raise_incident(found)


def settle_quarantine(log: RunLog, target: Path, links: Links = ()) -> None:
    """Raise an incident for each table with rejected rows, and close those of tables without them.

    A run that was interrupted does neither. Arguments as in `settle`.
    """
    if isinstance(log.error, Exception | None):
        quarantine.settle(describe_run(log, links), target, log.started_at)


def settle_closing(log: RunLog, failed: Mapping[Step, BaseException], links: Links = ()) -> None:
    """Raise an incident for each closing step that failed, and close those of the steps that did not."""
    lasting = {step.name for step in failed}
    for step, error in failed.items():
        if log.error and step == MONITORS:
            # What broke the build may have broken the monitors, too, and is already reported.
            continue
        oncall.raise_incident(diagnosis.diagnose_closing(describe_run(log, links), step, error))
    if log.error:
        lasting.add(MONITORS.name)
    oncall.close_incidents("record", except_subjects=lasting)


def describe_run(log: RunLog, links: Links) -> Run:
    """The run as its incidents refer to it."""
    return Run(log.business_date, log.run_name, log.flow_run_id, log.is_full_refresh, links)
