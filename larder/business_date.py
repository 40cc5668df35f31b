"""Which business date a run is for, where nobody says."""

from datetime import UTC, date, datetime, timedelta

from demo import retailer
from larder import settings


def current() -> date:
    """The running demo retailer's date, unless the environment names another shop; else yesterday (UTC)."""
    if settings.reads_demo():
        status = retailer.status(settings.home())
        if status is not None and status.running["shop"]:
            return status.business_date
    return datetime.now(UTC).date() - timedelta(days=1)
