"""Which business date a run is for, where nobody says, and what time it is for the business."""

from datetime import UTC, date, datetime, time, timedelta

from demo import retailer
from larder import settings


def current() -> date:
    """The running demo retailer's date, unless the environment names another shop; else yesterday (UTC)."""
    clock = _demo_clock()
    return clock.business_date if clock else datetime.now(UTC).date() - timedelta(days=1)


def clock_offset() -> timedelta:
    """The business's clock minus the machine's: zero, except where the demo retailer keeps its own time.

    Its clock stands at the end of its business date when it is started or advanced, and goes on from there.
    """
    clock = _demo_clock()
    if clock is None:
        return timedelta()
    return datetime.combine(clock.business_date + timedelta(days=1), time(), UTC) - clock.moved_at


def now() -> datetime:
    """What the business's clock shows (UTC)."""
    return datetime.now(UTC) + clock_offset()


def _demo_clock() -> retailer.Clock | None:
    """The demo retailer's clock, where it runs and the sources are its."""
    return retailer.clock(settings.home()) if settings.reads_demo() else None
