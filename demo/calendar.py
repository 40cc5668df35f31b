"""The retailer's year: its business dates and its promotion weeks.

A business date is a UTC day. Promotion weeks are defined by the source data and begin on Mondays, so week 1
holds a single day of 2017, Sunday, January 1.
"""

from datetime import UTC, date, datetime, time, timedelta

from demo.errors import RetailerError

FIRST_DATE = date(2017, 1, 1)
LAST_SALE_DATE = date(2018, 1, 1)
LAST_DATE = LAST_SALE_DATE + timedelta(days=3)  # until the last late baskets and corrections are in

WEEKS = range(1, 54)
_WEEK_ONE = date(2016, 12, 26)
_EPOCH = date(1970, 1, 1)


def check(business_date: date) -> None:
    """Raise `RetailerError` if the retailer has no such business date."""
    if not FIRST_DATE <= business_date <= LAST_DATE:
        raise RetailerError(
            f"The demo retailer has no business date {business_date}: "
            f"choose one from {FIRST_DATE} to {LAST_DATE}."
        )


def week_start(week: int) -> date:
    """The Monday on which a promotion week (1 to 53) begins and its file is dropped."""
    return _WEEK_ONE + timedelta(weeks=week - 1)


def to_day(value: date) -> int:
    """Days since 1970-01-01, which is how the generator's arrays and Parquet files store a date."""
    return (value - _EPOCH).days


def end_of(business_date: date) -> datetime:
    """The first instant (UTC) after a business date."""
    return datetime.combine(business_date + timedelta(days=1), time(), UTC)
