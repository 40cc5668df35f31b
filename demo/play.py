"""`make demo`: the retailer's year through the whole warehouse, then three days one by one."""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from demo import retailer
from demo import state as demo_state
from larder import local_sources, settings
from larder.errors import LarderError
from larder.lake import layers, tables
from larder.runtime import prefect_server
from larder.runtime.meter import Meter, Step

FIRST_DATE = date(2017, 12, 28)
DAYS = 3
OWN_FILES = ("catalog.db", "catalog.db-shm", "catalog.db-wal", "warehouse", "dlt", "prefect", "site")


def play(first_date: date = FIRST_DATE, days: int = DAYS, sample_households: int | None = None) -> list[Step]:
    """Start over in the state folder, load the year up to `first_date`, then run each following day.

    Returns the measured steps.

    Raises:
        LarderError: the state folder holds a warehouse that the demo did not make, or a step failed.
    """
    home = _fresh_home()
    console = Console(width=None if sys.stdout.isatty() else 120)
    meter = Meter(lambda: _process_ids(home))
    built: dict[str, int] = {}
    with ExitStack() as stack:
        stack.callback(retailer.stop, home)
        with meter.step(f"start the retailer at {first_date}"), ThreadPoolExecutor(1) as pool:
            started = pool.submit(retailer.start, home, first_date, sample_households=sample_households)
            stack.enter_context(prefect_server.connected())
            status = started.result()
        _print_step(console, meter, f"{status.rows['shop.basket_lines']:,} basket lines in the shop")
        # Override the environment: the demo loads from its own retailer only.
        local_sources.load(override=True)
        # Imported here because Prefect reads its API's address on import.
        from flows.daily import daily
        from flows.report import report

        for offset in range(days + 1):
            day = first_date + timedelta(days=offset)
            if offset:
                with meter.step(f"advance the retailer to {day}"):
                    retailer.advance(home)
                _print_step(console, meter, "late baskets, corrections, voids, price changes")
            with meter.step(f"run {day}" + ("" if offset else " (initial load)")):
                built = daily(day, full_refresh=offset == 0, with_report=False)
            _print_step(console, meter, _format_outcome(built))
        with meter.step("report what happened"):
            report(day)
        _print_step(console, meter, "ops tables, data quality, documentation, site")
    _print_summary(console, meter, built)
    return meter.steps


def _fresh_home() -> Path:
    """Remove what an earlier demo left in the state folder, and return the folder."""
    home = settings.home()
    marker = warehouse_marker(home)
    elsewhere = [
        name for name in os.environ if name.startswith(("LARDER_WAREHOUSE", "PYICEBERG_CATALOG__LARDER"))
    ]
    if elsewhere:
        raise LarderError(
            f"{', '.join(elsewhere)} points to a warehouse outside {home}, and the demo starts over; "
            f"unset it and try again"
        )
    # A catalog without tables does not count as a warehouse: linting creates one.
    is_ours = marker.exists() and not _holds_other_loads()
    if (home / "catalog.db").exists() and not is_ours and any(layers.rows().values()):
        raise LarderError(
            f"{home} holds a warehouse that the demo did not make, and the demo starts over; "
            f"set LARDER_HOME to another folder and try again"
        )
    for name in OWN_FILES:
        path = home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    marker.parent.mkdir(exist_ok=True)
    marker.touch()
    return home


def warehouse_marker(home: Path) -> Path:
    """The file that marks this state folder's warehouse as made by the demo, which may then start over."""
    return demo_state.folder(home) / "made-the-warehouse"


def _holds_other_loads() -> bool:
    """Whether anything was loaded by the machine's clock, and so from other systems than the retailer's."""
    found = tables.rows_where("load_log", "clock_offset_seconds = 0", ("source",))
    return found is not None and found.num_rows > 0


def _process_ids(home: Path) -> list[int]:
    """The ids of this process and of the retailer's processes."""
    now = demo_state.load(home)
    systems = [system.process.pid for system in (now.database, now.api) if system] if now else []
    return [os.getpid(), *systems]


def _format_outcome(built: dict[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in sorted(built.items()))


def _print_step(console: Console, meter: Meter, what: str) -> None:
    """Print one line of progress: the step that ended, and its result."""
    step = meter.steps[-1]
    console.print(
        f"[green]✓[/] {step.name:<42} {step.seconds:6.1f} s {step.peak_bytes / 2**30:5.2f} GiB  {what}",
        highlight=False,
    )


def _print_summary(console: Console, meter: Meter, built: dict[str, int]) -> None:
    """Print rows by layer, the last build's outcome, total time, peak memory, and where to look next."""
    table = Table("layer", "tables", "rows", box=None, pad_edge=False)
    for layer, counts in layers.rows().items():
        table.add_row(layer, str(len(counts)), f"{sum(counts.values()):,}")
    console.print()
    console.print(table)
    seconds = sum(step.seconds for step in meter.steps)
    peak = max(step.peak_bytes for step in meter.steps)
    console.print(
        f"\nLast build: {_format_outcome(built)}. In all {seconds:.0f} s, at most {peak / 2**30:.1f} GiB.\n\n"
        "Where to look next\n"
        "  .venv/bin/larder serve                          Prefect's UI, and the site: what happened\n"
        "  .venv/bin/larder demo start --date 2017-12-31   the retailer again, then: .venv/bin/larder run\n"
        "  .venv/bin/dbt build                             an analyst's day, from this folder\n",
        highlight=False,
    )
