"""The cost of reporting a run: everything after a day's build, and Elementary within the build.

Each of the last days of the demo's year is built several times on the same tables, alternately with and
without Elementary's package. Then the daily flow runs the day, and everything after its build is timed,
including the anomaly monitors.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.catalog import copy_catalog
from bench.measure import compute_ratios, format_ratio, format_spread
from bench.sources import load, run_retailer
from demo import retailer
from demo.play import DAYS, FIRST_DATE
from larder import settings
from larder.runtime import dbt_packages, environment

AFTER_LIMIT_SECONDS = 60
BUILD_LIMIT = 1.05
REAL_PACKAGE_LIMIT = 1.15
WARM_UP_DAYS = 1
PAIRS_PER_DAY = 2


def time_builds(home: Path, day: date, *, elementary_first: bool) -> tuple[float, float]:
    """Time a day's build without and with Elementary, in seconds, each on the current catalog."""
    # Imported here: if dbt is imported before Prefect, Python's root logger prints everything Prefect logs.
    from bench.dbt import run_build
    from larder.runtime.build_plan import plan_build

    catalog, before = home / "catalog.db", home / "before.db"
    copy_catalog(catalog, before)
    seconds = {}
    for is_on in (elementary_first, not elementary_first):
        planned = plan_build(day)
        # Each has its own target folder, because dbt parses everything again when variables change.
        target = home.parent / ("with" if is_on else "without")
        variables = f"{{elementary_enabled: {str(is_on).lower()}}}"
        seconds[is_on] = run_build(planned, "--vars", variables, "--target-path", str(target))
        copy_catalog(before, catalog)
    return seconds[False], seconds[True]


@contextmanager
def time_after_build() -> Iterator[list[float]]:
    """Collect each daily run's seconds from the end of its build to its end, within the block."""
    from flows import daily

    seconds: list[float] = []
    build, run = daily.build.fn, daily.daily.fn
    ended = 0.0

    @wraps(build)
    def timed_build(*arguments: Any, **named: Any) -> dict[str, int]:
        nonlocal ended
        result = build(*arguments, **named)
        ended = time.monotonic()
        return result

    @wraps(run)
    def timed_run(*arguments: Any, **named: Any) -> dict[str, int]:
        result = run(*arguments, **named)
        seconds.append(time.monotonic() - ended)
        return result

    with patch.object(daily.build, "fn", timed_build), patch.object(daily.daily, "fn", timed_run):
        yield seconds


def main() -> None:
    """Measure and print the result; retailer, warehouse and dbt's artifacts are in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
        home = Path(name) / "home"
        os.environ |= {"LARDER_HOME": str(home), "DBT_TARGET_PATH": str(Path(name) / "target")}
        os.chdir(settings.PROJECT)
        environment.prepare()
        from larder.runtime import prefect_server

        with run_retailer(home, FIRST_DATE), prefect_server.connected(), time_after_build() as after:
            # Imported here because Prefect reads its API's address on import.
            from flows.daily import daily

            daily(FIRST_DATE, full_refresh=True)
            after.clear()
            without, with_elementary = [], []
            for number in range(1, WARM_UP_DAYS + DAYS + 1):
                day = FIRST_DATE + timedelta(days=number)
                retailer.advance(home)
                load(day)
                for pair in range(PAIRS_PER_DAY):
                    seconds = time_builds(home, day, elementary_first=(number + pair) % 2 == 0)
                    without.append(seconds[0])
                    with_elementary.append(seconds[1])
                daily(day)
    measured = after[WARM_UP_DAYS:]
    kept = "kept" if max(measured) <= AFTER_LIMIT_SECONDS else "MISSED"
    print(f"After a day's build: {format_spread(measured)}, limit {AFTER_LIMIT_SECONDS} s — {kept}")
    warm_up = WARM_UP_DAYS * PAIRS_PER_DAY
    without, with_elementary = without[warm_up:], with_elementary[warm_up:]
    print(f"dbt build of a day without Elementary {format_spread(without)}")
    print(f"dbt build of a day with Elementary {format_spread(with_elementary)}")
    has_stand_in = dbt_packages.has_stand_ins()
    limit = BUILD_LIMIT if has_stand_in else REAL_PACKAGE_LIMIT
    print(format_ratio("  with / without", compute_ratios(with_elementary, without), limit))


if __name__ == "__main__":
    main()
