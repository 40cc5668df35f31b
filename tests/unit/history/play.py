"""Play a random history: after each of its runs, silver and gold are compared with what they must be.

    python -m tests.unit.history.play <seed> <runs>

Runs in a process of its own, with one warm Spark. The first run that leaves a table wrong ends it: what
happened, and the rows that differ, are printed. The same seed plays the same history.
"""

import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from larder.publication.branch import SWITCH
from larder.runtime import build_plan
from larder.settings import PROJECT
from larder.spark import session as spark
from tests.unit.history import bronze
from tests.unit.history.oracle import differences
from tests.unit.history.runs import Run, runs
from tests.unit.history.shop import Ingest
from tests.unit.history.truth import Truth

# Tables of a few rows are faster without generated code and exchanges.
SPARK = {
    "spark.ui.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.log.level": "ERROR",
}
TICK = timedelta(milliseconds=1)
# What has no state: views are made once, and tables that each run rebuilds only in the first and the last.
VIEWS, TABLES = ["config.materialized:view"], ["config.materialized:table"]


def deliver(
    truth: Truth, brought: Ingest, business_date: date, started_at: datetime
) -> dict[str, list[bronze.Row]]:
    """What an ingest brings counts from now on; returns the rows for Bronze by table."""
    loaded_at, deleted_at = started_at + TICK, started_at + 2 * TICK
    rows: dict[str, list[bronze.Row]] = {}
    truth.runs.append((business_date, started_at))
    for file, placements in brought.placements.items():
        if truth.placements.setdefault(file, placements) is placements:
            stamps = {"_loaded_at": loaded_at, "_is_deleted": False}
            rows.setdefault("promotions_placements", []).extend(one | stamps for one in placements)
    for table, row in brought.rows:
        truth.deliver(table, row, loaded_at)
        rows.setdefault(table, []).append(row | {"_loaded_at": loaded_at, "_is_deleted": False})
    for table, row in brought.deleted:
        truth.delete(table, row, deleted_at)
        rows.setdefault(table, []).append(row | {"_loaded_at": deleted_at, "_is_deleted": True})
    return rows


def ingest(truth: Truth, run: Run) -> None:
    """Load what a run brings into Bronze, at the real time: snapshots compare it with the clock."""
    started_at = datetime.now(UTC)
    rows = deliver(truth, run.brought, run.business_date, started_at)
    bronze.write(rows, run.business_date, started_at)
    # The next times are later.
    time.sleep(3 * TICK.total_seconds())


def build(business_date: date, *, full_refresh: bool, excluded: list[str]) -> None:
    """Build models and snapshots as a run does, without tests and what is over `ops`.

    Args:
        business_date: the date.
        full_refresh: whether to build all history.
        excluded: what else is not built, in dbt's words.

    Raises:
        RuntimeError: dbt could not build something.
    """
    # Each day of the window is a batch of its own.
    with mock.patch.object(build_plan, "LOOKBACK_DAYS", 1):
        planned = build_plan.plan_build(business_date, full_refresh=full_refresh)
    command = ["--quiet", *planned.arguments, "--exclude-resource-type", "test", "--no-write-json"]
    place = command.index("--exclude") + 1
    command[place:place] = excluded
    with mock.patch.dict(os.environ, planned.environment):
        done = dbtRunner().invoke([*command, "--project-dir", str(PROJECT)])
    if not done.success:
        results = getattr(done.result, "results", [])
        failed = [f"{one.node.name}: {one.message}" for one in results if one.status == "error"]
        raise RuntimeError("\n".join(failed) or str(done.exception))


def start_spark() -> SparkSession:
    """Start Spark as dbt would, for small tables."""
    for key, value in SPARK.items():
        SparkSession.builder.config(key, value)
    return spark.session()


def describe(run: Run) -> str:
    """What happened before a run, and each row that it brings."""
    lines = [f"{run.business_date}: {', '.join(run.actions) or 'nothing happened'}"]
    lines += [f"    {table} {row}" for table, row in run.brought.rows]
    return "\n".join(lines + [f"    deleted from {table}: {row}" for table, row in run.brought.deleted])


def play(seed: int, count: int) -> str:
    """Play a history; returns what happened and what is wrong, empty if nothing is."""
    # Views that are made once would show Bronze as it was when they were published.
    os.environ[SWITCH] = "off"
    truth = Truth()
    bronze.begin()
    start_spark()
    lines = [f"LARDER_FUZZ_SEED={seed}"]
    for number, run in enumerate(runs(seed, count)):
        lines.append(f"{'full refresh' if run.is_full_refresh else 'run'} of {describe(run)}")
        ingest(truth, run)
        excluded = [] if number == 0 else VIEWS if number == count - 1 else [*VIEWS, *TABLES]
        began = time.monotonic()
        build(run.business_date, full_refresh=run.is_full_refresh, excluded=excluded)
        truth.take_snapshots()
        print(f"seed {seed}, run {number}: built in {time.monotonic() - began:.0f} s", file=sys.stderr)
        if wrong := differences(truth, with_rebuilt=TABLES[0] not in excluded):
            return "\n".join([*lines, *(f"{table}: {text}" for table, text in wrong.items())])
    return ""


if __name__ == "__main__":
    Path(os.environ["LARDER_HOME"]).mkdir(parents=True, exist_ok=True)
    problem = play(int(sys.argv[1]), int(sys.argv[2]))
    print(problem)
    sys.exit(1 if problem else 0)
