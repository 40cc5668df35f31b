"""What telling of a run costs: all that comes after a day's build, and Elementary within the build.

The last days of the demo's year: each is built several times on the same tables, with Elementary's package
off and on, in turns; then it is run as the daily flow does, and what comes after the build is timed, the
anomaly monitors among it.
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
from bench.measure import claim, ratio, spread
from bench.sources import load, retailer_at
from demo import retailer
from demo.play import DAYS, FIRST_DATE
from larder import settings
from larder.runtime import dbt_packages, environment

AFTER_LIMIT_SECONDS = 60
BUILD_LIMIT = 1.05
REAL_PACKAGE_LIMIT = 1.15
WARM_UP_DAYS = 1
PAIRS_A_DAY = 2


def builds(home: Path, day: date, *, elementary_first: bool) -> tuple[float, float]:
    """Seconds of a day's build without Elementary and with it, each on the catalog as it is now."""
    # Only now: where dbt is imported before Prefect, Python's root logger prints all that Prefect logs.
    from bench.dbt import build
    from larder.runtime.build_plan import plan_build

    catalog, before = home / "catalog.db", home / "before.db"
    copy_catalog(catalog, before)
    seconds = {}
    for is_on in (elementary_first, not elementary_first):
        planned = plan_build(day)
        # Each has a target folder of its own: with other variables dbt would parse everything anew.
        target = home.parent / ("with" if is_on else "without")
        variables = f"{{elementary_enabled: {str(is_on).lower()}}}"
        seconds[is_on] = build(planned, "--vars", variables, "--target-path", str(target))
        copy_catalog(before, catalog)
    return seconds[False], seconds[True]


@contextmanager
def after_build() -> Iterator[list[float]]:
    """Collect, for each daily run in the block, the seconds from the end of its build to its own end."""
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
    """Measure and print; retailer, warehouse and dbt's artifacts live in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
        home = Path(name) / "home"
        os.environ |= {"LARDER_HOME": str(home), "DBT_TARGET_PATH": str(Path(name) / "target")}
        os.chdir(settings.PROJECT)
        environment.prepare()
        from larder.runtime import prefect_server

        with retailer_at(home, FIRST_DATE), prefect_server.connected(), after_build() as after:
            # Only now: Prefect reads its API's address when it is imported.
            from flows.daily import daily

            daily(FIRST_DATE, full_refresh=True)
            after.clear()
            without, having = [], []
            for number in range(1, WARM_UP_DAYS + DAYS + 1):
                day = FIRST_DATE + timedelta(days=number)
                retailer.advance(home)
                load(day)
                for pair in range(PAIRS_A_DAY):
                    seconds = builds(home, day, elementary_first=(number + pair) % 2 == 0)
                    without.append(seconds[0])
                    having.append(seconds[1])
                daily(day)
    measured = after[WARM_UP_DAYS:]
    kept = "kept" if max(measured) <= AFTER_LIMIT_SECONDS else "MISSED"
    print(f"After a day's build: {spread(measured)}, limit {AFTER_LIMIT_SECONDS} s — {kept}")
    warm_up = WARM_UP_DAYS * PAIRS_A_DAY
    without, having = without[warm_up:], having[warm_up:]
    print(f"dbt build of a day without Elementary {spread(without)}, with it {spread(having)}")
    has_stand_in = dbt_packages.has_stand_ins()
    limit = BUILD_LIMIT if has_stand_in else REAL_PACKAGE_LIMIT
    print(claim("  with / without", ratio(having, without), limit))


if __name__ == "__main__":
    main()
