"""What the end of a report means for incidents: some begin, or others are over.

The data are published either way.
"""

from collections.abc import Mapping

from larder.alerts import diagnosis, oncall
from larder.alerts.incident import Run
from larder.errors import LarderError
from larder.ops.steps import REPORT, Step
from larder.redaction import told


class ReportFailed(LarderError):
    """Part of the report could not be made; the rest is there, and so are the data."""


def settle(run: Run, failed: Mapping[Step, BaseException]) -> None:
    """Alert who is on call of each step that failed, and close the incidents of those that did not.

    Raises:
        ReportFailed: a step failed.
    """
    for step, error in failed.items():
        oncall.raise_incident(diagnosis.of_report(run, step, error))
    oncall.close_incidents("report", except_subjects=[step.name for step in failed])
    if failed:
        raise ReportFailed("; ".join(f"{step}: {told(error)}" for step, error in failed.items()))


def settle_unfinished(run: Run, error: BaseException) -> None:
    """Alert of a report that ended before its steps did; what `settle` raised was an alert before."""
    if not isinstance(error, ReportFailed):
        oncall.raise_incident(diagnosis.of_report(run, REPORT, error))
