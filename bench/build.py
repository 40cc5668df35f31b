"""`dbt build` of one day's increment, compared with its own SQL statements, and as history grows."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import IO, cast

from bench.measure import compute_ratios, format_ratio, format_spread
from larder.publication.branch import SWITCH

DAYS = 5
WARM_UP_DAYS = 2
STATEMENTS_LIMIT = 1.5
HISTORY_LIMIT = 1.3
SHORT_HISTORY = date(2017, 2, 12)
# The same weekdays, so that each day has about as many rows.
LONG_HISTORY = SHORT_HISTORY + timedelta(weeks=42)


@contextmanager
def start_increments(first_date: date, folder: Path) -> Iterator[Callable[[], dict[str, float]]]:
    """Start `bench.increments` as a subprocess; each call of the result returns the next day's seconds."""
    environment = os.environ | {
        "LARDER_HOME": str(folder / "home"),
        "DBT_TARGET_PATH": str(folder / "target"),
        # The statements are sent again, without a branch: `bench.publication` has its cost.
        SWITCH: "off",
    }
    command = [sys.executable, "-m", "bench.increments", first_date.isoformat()]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        requests, answers = cast("IO[str]", program.stdin), cast("IO[str]", program.stdout)

        def read_answer() -> dict[str, float]:
            for line in answers:
                if line.startswith("{"):
                    found: dict[str, float] = json.loads(line)
                    return found
            sys.exit(f"error: the days after {first_date} could not be measured")

        def next_day() -> dict[str, float]:
            print(file=requests, flush=True)
            return read_answer()

        read_answer()
        yield next_day


def main() -> None:
    """Measure days after a short and a long history, alternately, and print the result."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name, ExitStack() as programs:
        histories = [
            programs.enter_context(start_increments(first_date, Path(name) / first_date.isoformat()))
            for first_date in (SHORT_HISTORY, LONG_HISTORY)
        ]
        measured = [[next_day() for next_day in histories] for _ in range(WARM_UP_DAYS + DAYS)]
    short, long = zip(*measured[WARM_UP_DAYS:], strict=True)
    builds, statements = (
        [[day[kind] for day in history] for history in (short, long)] for kind in ("build", "statements")
    )
    after_6_weeks, after_48_weeks = map(format_spread, builds)
    print(f"dbt build of a day after 6 weeks {after_6_weeks}, after 48 weeks {after_48_weeks}")
    print(format_ratio("  48 weeks / 6 weeks", compute_ratios(builds[1], builds[0]), HISTORY_LIMIT))
    print(f"  its statements alone: {format_spread(statements[0])}, {format_spread(statements[1])}")
    both = compute_ratios(builds[0] + builds[1], statements[0] + statements[1])
    print(format_ratio("  dbt build / its statements", both, STATEMENTS_LIMIT))


if __name__ == "__main__":
    main()
