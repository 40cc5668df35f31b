"""Ingest of all basket lines, compared with a floor measured in the same run.

The floor is a binary COPY of the same table to a file, plus the same rows written as Parquet/zstd by pyarrow.
Memory is the peak of a process that only runs the ingest, measured also with twice the rows. The gate's price
is the CPU time of the ingest with it, compared with one in which rows are only cast to Bronze's types.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pyarrow.parquet as pq

from bench.measure import compute_ratios, format_ratio, format_spread
from bench.sources import run_retailer
from demo import state as demo_state
from demo.postgres_server import ADMIN
from larder.errors import LarderError

REPETITIONS = 5
LIMIT = 2.5
GATE_LIMIT = 1.15
MEMORY_LIMIT_MIB = 1024
LAST_DATE = date(2018, 1, 1)

# Takes the gate out of an ingest: rows are cast to Bronze's types, without a look at their values.
WITHOUT_GATE = """
from larder.landing import feed
from larder.landing.checks import gate
from larder.landing.conversion.batch import Batch
from larder.landing.conversion.types import stored_type
import pyarrow as pa
def cast(batch, columns, *_, **__):
    fields = [(one.name, stored_type(columns.get(one.name) or one.type)) for one in batch.rows.schema]
    return Batch(batch.rows.cast(pa.schema(fields)))
def admit(self, batch, sent):
    self.counts.accepted += batch.rows.num_rows
    return batch.rows
feed.conform, gate.Gate.admit = cast, admit
"""
# Runs in its own process and prints wall and CPU seconds, peak resident memory in KiB, and rows. The peak
# comes from /proc, because getrusage would include the parent's memory at the fork.
INGEST_LINES = """
import re, time
from datetime import date
from pathlib import Path
from larder.landing.destination import pipeline
from larder.landing.load import load
from larder.landing.checks.gate import Run
from larder.landing.plan import plan_feeds
from larder.landing.session import loading
from larder.landing.sources import find_source
source = find_source("shop")
pipe = pipeline("shop")
began, cpu = time.monotonic(), time.process_time()
with loading():
    feeds = [feed for step in plan_feeds(source, pipe, Run(date(2018, 1, 1))) for feed in step]
    lines = [feed for feed in feeds if feed.table == "shop_basket_lines"]
    load(pipe, lines, date(2018, 1, 1))
seconds, cpu = time.monotonic() - began, time.process_time() - cpu
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(seconds, cpu, peak, lines[0].gate.counts.accepted)
"""


def measure_floor(url: str, folder: Path) -> float:
    """Time the COPY to a file and the Parquet write, in seconds, without reading the rows into Arrow."""
    began = time.monotonic()
    with (
        psycopg.connect(url) as connection,
        (folder / "lines.bin").open("wb") as file,
        connection.cursor().copy("copy basket_lines to stdout (format binary)") as copy,
    ):
        for block in copy:
            file.write(block)
    copied = time.monotonic() - began
    with adbc.connect(url) as source, source.cursor() as cursor:
        cursor.execute("select * from basket_lines")
        rows = cursor.fetch_arrow_table()
    began = time.monotonic()
    pq.write_table(rows, folder / "lines.parquet", compression="zstd")
    return copied + time.monotonic() - began


@dataclass(frozen=True)
class Ingest:
    """An ingest's wall and CPU seconds, peak memory in MiB, and rows."""

    seconds: float
    cpu: float
    peak: float
    rows: int


def ingest_lines(url: str, folder: Path, name: str, before: str = "") -> Ingest:
    """Ingest the lines into an empty Bronze, with some Python code before it."""
    environment = os.environ | {"LARDER_HOME": str(folder / name), "SOURCES__SHOP__CREDENTIALS": url}
    done = subprocess.run(
        [sys.executable, "-c", before + INGEST_LINES],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, cpu, kib, rows = done.stdout.split()
    return Ingest(float(seconds), float(cpu), float(kib) / 1024, int(rows))


def double_lines(home: Path) -> str:
    """Add a second copy of every line and basket to the shop (ids negated); returns the ingestion's URL."""
    now = demo_state.load(home)
    if now is None or now.database is None:
        raise LarderError(f"the retailer in {home} stopped during the measurement; run the benchmark again")
    with psycopg.connect(now.database.url(ADMIN, now.database.admin_password, "shop")) as connection:
        connection.execute(
            "insert into baskets select -basket_id, household_id, store_id, rung_up_at, status, updated_at "
            "from baskets"
        )
        connection.execute(
            "insert into basket_lines select -basket_id, product_id, quantity, sales_value_cents, "
            "retail_discount_cents, coupon_discount_cents, coupon_match_discount_cents, updated_at "
            "from basket_lines"
        )
    return os.environ["SOURCES__SHOP__CREDENTIALS"]


def main() -> None:
    """Measure and print the result; the retailer runs in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
        folder = Path(name)
        home = folder / "retailer"
        os.environ["LARDER_HOME"] = str(home)
        with run_retailer(home, LAST_DATE):
            url = os.environ["SOURCES__SHOP__CREDENTIALS"]
            floors: list[float] = []
            ingests: list[Ingest] = []
            ungated: list[Ingest] = []
            for turn in range(REPETITIONS):
                floors.append(measure_floor(url, folder))
                ingests.append(ingest_lines(url, folder, f"once-{turn}"))
                ungated.append(ingest_lines(url, folder, f"ungated-{turn}", WITHOUT_GATE))
            twice = ingest_lines(double_lines(home), folder, "twice")
    seconds, peaks = [one.seconds for one in ingests], [one.peak for one in ingests]
    cpu, without = [one.cpu for one in ingests], [one.cpu for one in ungated]
    print(
        f"Ingest of {twice.rows // 2:,} basket lines: {format_spread(seconds)}; floor {format_spread(floors)}"
    )
    print(format_ratio("  ingest / floor", compute_ratios(seconds, floors), LIMIT))
    print(f"  CPU {format_spread(cpu)}, without the gate {format_spread(without)}")
    print(format_ratio("  CPU with / without the gate", compute_ratios(cpu, without), GATE_LIMIT))
    print(
        f"  peak memory {format_spread(peaks, 'MiB')}, of {twice.rows:,} lines {twice.peak:.0f} MiB, "
        f"limit {MEMORY_LIMIT_MIB} MiB — "
        f"{'kept' if max(*peaks, twice.peak) < MEMORY_LIMIT_MIB else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
