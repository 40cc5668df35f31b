"""The cost of write, audit, publish: CPU time of a day's build with and without it, and of the publication.

After a short and a long history, each of a few days is built several times on the same tables, alternately as
a bare `dbt build` that works on a branch and publishes, and as one that writes what readers see.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

from bench.build import LONG_HISTORY, SHORT_HISTORY
from bench.catalog import copy_catalog
from bench.dbt import run_build
from bench.measure import compute_ratios, format_ratio, format_spread
from bench.sources import load, run_retailer
from dbt_larder import publishing
from demo import retailer
from larder import settings
from larder.publication.branch import SWITCH
from larder.runtime.build_plan import plan_build
from larder.runtime.meter import tree
from larder.variables import temporary_environment

CPU_LIMIT = 1.1
PUBLISH_LIMIT_SECONDS = 3
DAYS, WARM_UP_DAYS, PAIRS_PER_DAY = 2, 1, 2


def cpu_seconds() -> float:
    """The CPU seconds of this process and Spark's so far."""
    return sum(sum(process.cpu_times()[:2]) for process in tree([os.getpid()]))


@contextmanager
def time_publications() -> Iterator[list[float]]:
    """Collect the seconds of each publication within the block."""
    module: Any = publishing
    publish, seconds = module.publish, []

    def timed(publication: Any) -> Any:
        began = time.monotonic()
        moves = publish(publication)
        seconds.append(time.monotonic() - began)
        return moves

    with patch.object(module, "publish", timed):
        yield seconds


def measure_build(day: date, *, is_on: bool) -> float:
    """The CPU seconds of a day's build."""
    planned = plan_build(day)
    began = cpu_seconds()
    with temporary_environment({SWITCH: "on" if is_on else "off"}):
        run_build(planned)
    return cpu_seconds() - began


def measure(home: Path, first_date: date) -> None:
    """Measure the days after a date, and print the result."""
    catalog, before = home / "catalog.db", home / "before.db"
    with run_retailer(home, first_date), time_publications() as published:
        load(first_date)
        run_build(plan_build(first_date, full_refresh=True))
        cpu: dict[bool, list[float]] = {True: [], False: []}
        published.clear()
        for number in range(1, WARM_UP_DAYS + DAYS + 1):
            day = first_date + timedelta(days=number)
            retailer.advance(home)
            load(day)
            copy_catalog(catalog, before)
            for pair in range(PAIRS_PER_DAY):
                for is_on in (pair % 2 == 0, pair % 2 == 1):
                    copy_catalog(before, catalog)
                    cpu[is_on].append(measure_build(day, is_on=is_on))
    warm_up = WARM_UP_DAYS * PAIRS_PER_DAY
    on, off = cpu[True][warm_up:], cpu[False][warm_up:]
    print(
        f"A day's build after {first_date}: CPU {format_spread(on)}, without publication {format_spread(off)}"
    )
    print(format_ratio("  CPU with / without", compute_ratios(on, off), CPU_LIMIT))
    kept = "kept" if sorted(published)[len(published) // 2] <= PUBLISH_LIMIT_SECONDS else "MISSED"
    print(f"  publishing all tables: {format_spread(published)}, limit {PUBLISH_LIMIT_SECONDS} s — {kept}")


def main() -> None:
    """Measure after each history, each in a process of its own: Spark serves one state folder."""
    if len(sys.argv) > 1:
        os.chdir(settings.PROJECT)
        measure(settings.home(), date.fromisoformat(sys.argv[1]))
        return
    for first_date in (SHORT_HISTORY, LONG_HISTORY):
        with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
            places = {"LARDER_HOME": f"{name}/home", "DBT_TARGET_PATH": f"{name}/target"}
            command = [sys.executable, "-m", "bench.publication", first_date.isoformat()]
            psutil.Popen(command, env=os.environ | places).wait()


if __name__ == "__main__":
    main()
