"""`dbt build` of a day's increment: against its own statements, and as history grows."""

import json
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from bench.measure import claim, ratio, spread

DAYS = 5
STATEMENTS_LIMIT = 1.5
HISTORY_LIMIT = 1.3
SHORT_HISTORY = date(2017, 2, 12)
# The same days of the week, so that the days bring about as many rows.
LONG_HISTORY = SHORT_HISTORY + timedelta(weeks=42)


def increments(first_date: date) -> dict[str, list[float]]:
    """Seconds of each day's build and of its statements, measured in a process of their own."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
        environment = os.environ | {
            "LARDER_HOME": str(Path(name) / "home"),
            "DBT_TARGET_PATH": str(Path(name) / "target"),
        }
        command = [sys.executable, "-m", "bench.increments", first_date.isoformat(), str(DAYS)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
        return found


def main() -> None:
    """Measure and print."""
    short, long = increments(SHORT_HISTORY), increments(LONG_HISTORY)
    print(
        f"dbt build of a day after 6 weeks {spread(short['build'])}, after 48 weeks {spread(long['build'])}"
    )
    print(claim("  48 weeks / 6 weeks", ratio(long["build"], short["build"]), HISTORY_LIMIT))
    print(f"  its statements alone: {spread(short['statements'])}, {spread(long['statements'])}")
    both = ratio(short["build"] + long["build"], short["statements"] + long["statements"])
    print(claim("  dbt build / its statements", both, STATEMENTS_LIMIT))


if __name__ == "__main__":
    main()
