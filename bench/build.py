"""`dbt build` of a day's increment: against its own statements, and as history grows."""

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

from bench.measure import claim, ratio, spread

DAYS = 5
WARM_UP_DAYS = 2
STATEMENTS_LIMIT = 1.5
HISTORY_LIMIT = 1.3
SHORT_HISTORY = date(2017, 2, 12)
# The same days of the week, so that the days bring about as many rows.
LONG_HISTORY = SHORT_HISTORY + timedelta(weeks=42)


@contextmanager
def increments(first_date: date, folder: Path) -> Iterator[Callable[[], dict[str, float]]]:
    """Start a program of its own on a retailer's days; each call gives the next day's seconds."""
    environment = os.environ | {
        "LARDER_HOME": str(folder / "home"),
        "DBT_TARGET_PATH": str(folder / "target"),
    }
    command = [sys.executable, "-m", "bench.increments", first_date.isoformat()]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        asked, answers = cast("IO[str]", program.stdin), cast("IO[str]", program.stdout)

        def answer() -> dict[str, float]:
            for line in answers:
                if line.startswith("{"):
                    found: dict[str, float] = json.loads(line)
                    return found
            sys.exit(f"error: the days after {first_date} could not be measured")

        def next_day() -> dict[str, float]:
            print(file=asked, flush=True)
            return answer()

        answer()
        yield next_day


def main() -> None:
    """Measure days after a short and after a long history in turns, and print."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name, ExitStack() as programs:
        histories = [
            programs.enter_context(increments(first_date, Path(name) / first_date.isoformat()))
            for first_date in (SHORT_HISTORY, LONG_HISTORY)
        ]
        measured = [[next_day() for next_day in histories] for _ in range(WARM_UP_DAYS + DAYS)]
    short, long = zip(*measured[WARM_UP_DAYS:], strict=True)
    builds, statements = (
        [[day[kind] for day in history] for history in (short, long)] for kind in ("build", "statements")
    )
    print(f"dbt build of a day after 6 weeks {spread(builds[0])}, after 48 weeks {spread(builds[1])}")
    print(claim("  48 weeks / 6 weeks", ratio(builds[1], builds[0]), HISTORY_LIMIT))
    print(f"  its statements alone: {spread(statements[0])}, {spread(statements[1])}")
    both = ratio(builds[0] + builds[1], statements[0] + statements[1])
    print(claim("  dbt build / its statements", both, STATEMENTS_LIMIT))


if __name__ == "__main__":
    main()
