"""The state of a business date: whether its data is ready, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from larder.report import text
from larder.report.blocks import Tone
from larder.report.run_table import is_clean
from larder.report.warehouse import Row

NO_RUN_OF_DATE = "No run of this date is recorded."


@dataclass(frozen=True)
class Day:
    """A business date's state."""

    tone: Tone
    word: str
    sentence: str
    since: datetime | None = None
    run: Row | None = None


def day_state(runs: Sequence[Row], late_count: int, ready_before: date | None) -> Day:
    """Determine the state of a date.

    Args:
        runs: its runs in the ops tables, oldest first.
        late_count: how many of its service levels were missed.
        ready_before: the latest other date that is ready.
    """
    fallback = (
        f" The latest date that is ready is {ready_before}." if ready_before else " No other date is ready."
    )
    if not runs:
        late = f" {text.count(late_count, 'service level is', 'service levels are')} missed by now."
        return Day(
            "bad" if late_count else "idle",
            "Late: not run yet" if late_count else "Not run yet",
            NO_RUN_OF_DATE + (late if late_count else "") + fallback,
        )
    run = runs[-1]
    if not is_clean(run):
        stop = f"Its latest run stopped at “{run['failed_step']}”." if run["failed_step"] else ""
        return Day(
            "bad",
            "Not ready",
            f"Do not use the data of this date yet. {stop or 'Tests failed in its latest run.'}{fallback}",
            run["finished_at"],
            run,
        )
    # Repeating a run changes nothing: the date is ready since the first of its latest clean runs.
    since = run["finished_at"]
    for earlier in reversed(runs):
        if not is_clean(earlier):
            break
        since = earlier["finished_at"]
    if late_count:
        return Day(
            "warn",
            "Ready, but late",
            "The data of this date can be used: its run completed and no test failed. "
            f"{text.count(late_count, 'service level was', 'service levels were')} missed.",
            since,
            run,
        )
    return Day(
        "good",
        "Ready",
        "The data of this date can be used: its run completed and no test failed.",
        since,
        run,
    )
