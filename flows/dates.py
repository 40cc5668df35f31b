"""The flow of a range of business dates, one after the other."""

from datetime import date, timedelta

from prefect import flow

from flows.daily import daily
from flows.report import report_after
from larder.errors import LarderError
from larder.runtime.tagging import tag


@flow(name="dates", flow_run_name="dates {first} to {last}", persist_result=False, on_running=[tag])
def dates(first: date, last: date, full_refresh: bool = False) -> dict[str, int]:
    """Run each date from `first` to `last`, in order, then report. A date that fails ends the flow.

    Returns the number of nodes by status for the last date.

    Raises:
        LarderError: the dates are in the wrong order, or one of them failed.
    """
    if last < first:
        raise LarderError(f"dates: {last} is before {first}; name the earlier date first")
    results: dict[str, int] = {}
    with report_after(last):
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            results = daily(day, full_refresh=full_refresh and number == 0, with_report=False)
    return results
