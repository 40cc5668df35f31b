"""The business clock: the default business date of a run, and the time of day for the business.

It is the machine's clock, unless the state folder's own sources (`larder.local_sources`) have a clock. Then
the file `clock.json` names the process that runs them and its business date. The clock shows the end of that
date at the moment when the date is set, and runs on from there.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from larder import local_sources, settings
from larder.files import write_private
from larder.processes import find_process


@dataclass(frozen=True)
class OwnClock:
    """A clock of the sources' own: it reached the end of `business_date` at `moved_at` (UTC).

    `pid` and `started_at` (seconds since 1970-01-01 UTC) identify its process; without it the clock stops.
    """

    business_date: date
    moved_at: datetime
    pid: int
    started_at: float


def current() -> date:
    """The business date to run: that of the sources' own clock, else yesterday (UTC)."""
    own = _own_clock()
    return own.business_date if own else datetime.now(UTC).date() - timedelta(days=1)


def clock_offset() -> timedelta:
    """The business clock minus the machine's: zero, unless the sources have a clock of their own."""
    own = _own_clock()
    if own is None:
        return timedelta()
    return datetime.combine(own.business_date + timedelta(days=1), time(), UTC) - own.moved_at


def now() -> datetime:
    """The time on the business clock (UTC)."""
    return datetime.now(UTC) + clock_offset()


def path(home: Path) -> Path:
    """The file of a state folder's own clock."""
    return home / "clock.json"


def write(home: Path, own: OwnClock | None) -> None:
    """Set a state folder's own clock, or remove it for None. The file is replaced atomically."""
    if own is None:
        path(home).unlink(missing_ok=True)
        return
    content = {
        "business_date": own.business_date.isoformat(),
        "moved_at": own.moved_at.isoformat(),
        "pid": own.pid,
        "started_at": own.started_at,
    }
    write_private(path(home), json.dumps(content, indent=2))


def _own_clock() -> OwnClock | None:
    """The clock of the sources in use, if they have one that is running."""
    file = path(settings.home())
    if not file.exists() or not local_sources.are_used():
        return None
    found = json.loads(file.read_text())
    own = OwnClock(
        business_date=date.fromisoformat(found["business_date"]),
        moved_at=datetime.fromisoformat(found["moved_at"]),
        pid=found["pid"],
        started_at=found["started_at"],
    )
    return own if find_process(own.pid, own.started_at) else None
