"""Open or close incidents after a report. The data are published either way."""

from collections.abc import Mapping

from larder.alerts import diagnosis, oncall
from larder.alerts.incident import Run
from larder.errors import LarderError
from larder.ops.steps import REPORT, Step
from larder.redaction import describe_error


class ReportFailed(LarderError):
    """Part of the report could not be made. The rest was, and the data are published."""


def settle(run: Run, failed: Mapping[Step, BaseException]) -> None:
    """Raise an incident for each step that failed, and close the incidents of those that did not.

    Raises:
        ReportFailed: a step failed.
    """
    for step, error in failed.items():
        oncall.raise_incident(diagnosis.diagnose_report(run, step, error))
    oncall.close_incidents("report", except_subjects=[step.name for step in failed])
    if failed:
        raise ReportFailed("; ".join(f"{step}: {describe_error(error)}" for step, error in failed.items()))


def settle_unfinished(run: Run, error: BaseException) -> None:
    """Raise an incident for a report that stopped early; what `settle` raised already has incidents."""
    if not isinstance(error, ReportFailed):
        oncall.raise_incident(diagnosis.diagnose_report(run, REPORT, error))
