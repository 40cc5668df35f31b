"""Business dates from command-line options."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from larder.errors import LarderError

FORMATS = ["%Y-%m-%d"]
MaybeDate = datetime | None
DateOption = Annotated[MaybeDate, typer.Option(formats=FORMATS, help="Business date; default as for run.")]


def business_dates(day: MaybeDate, first: MaybeDate = None, last: MaybeDate = None) -> list[date]:
    """The business dates given by --date, or by --from and --to.

    Raises:
        LarderError: the options contradict each other.
    """
    if first is None and last is None:
        from larder import clock

        return [day.date() if day else clock.current()]
    if day is not None or first is None or last is None or last < first:
        raise LarderError("name either --date, or --from and --to with the earlier date first")
    return [(first + timedelta(days=number)).date() for number in range((last - first).days + 1)]
