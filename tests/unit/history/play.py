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
from random import Random
from unittest import mock

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from larder.runtime import build_plan, spark
from larder.settings import PROJECT
from tests.unit.history import bronze
from tests.unit.history.oracle import differences
from tests.unit.history.shop import Ingest, Shop, act
from tests.unit.history.truth import Truth

# Tables of a few rows are faster without generated code and exchanges.
SPARK = {
    "spark.ui.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.log.level": "ERROR",
}
TICK = timedelta(milliseconds=1)
# What has no state: views are made once, and tables that each run rebuilds are built in the first and the last.
VIEWS, TABLES = ["config.materialized:view"], ["config.materialized:table"]
# How much happens before the first run, and how often a later one rebuilds all.
FIRST, FULL_REFRESHES = 25, 0.1


def ingest(truth: Truth, brought: Ingest, business_date: date) -> None:
    """Load what an ingest brings into Bronze: rows, then tombstones.

    Its times are real, since snapshots compare them with the machine's clock.
    """
    started_at = datetime.now(UTC)
    loaded_at, deleted_at = started_at + TICK, started_at + 2 * TICK
    rows: dict[str, list[bronze.Row]] = {}
    truth.runs.append((business_date, started_at))
    for (name, modified_at), placements in brought.placements.items():
        if (name, modified_at) not in truth.placements:
            truth.placements[name, modified_at] = placements
            for placement in placements:
                stamped = placement | {"_loaded_at": loaded_at, "_is_deleted": False}
                rows.setdefault("promotions_placements", []).append(stamped)
    for table, row in brought.rows:
        truth.deliver(table, row, loaded_at)
        rows.setdefault(table, []).append(row | {"_loaded_at": loaded_at, "_is_deleted": False})
    for table, row in brought.deleted:
        truth.delete(table, row, deleted_at)
        rows.setdefault(table, []).append(row | {"_loaded_at": deleted_at, "_is_deleted": True})
    bronze.write(rows, business_date, started_at)
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


def describe(brought: Ingest) -> list[str]:
    """A line for each row that an ingest brings."""
    lines = [f"    {table} {row}" for table, row in brought.rows]
    return lines + [f"    deleted from {table}: {row}" for table, row in brought.deleted]


def play(seed: int, runs: int) -> str:
    """Play a history; returns what happened and what is wrong, empty if nothing is."""
    random, truth = Random(seed), Truth()  # noqa: S311 not for secrets
    shop = Shop(Random(seed))  # noqa: S311
    bronze.begin()
    start_spark()
    lines = [f"LARDER_FUZZ_SEED={seed}"]
    for number in range(runs):
        # Mostly the next date; some are missed, run again, or run late.
        shop.today += timedelta(days=random.choice([0, 1, 1, 1, 2, 4])) if number else timedelta()
        business_date = shop.today - timedelta(days=random.choice([0] * 7 + [3]))
        full_refresh = number == 0 or random.random() < FULL_REFRESHES
        done, brought = act(shop, FIRST if number == 0 else random.choice([0, 4, 6, 8, 10]))
        name = f"{'full refresh' if full_refresh else 'run'} {number} of {business_date}"
        lines += [f"{name}: {', '.join(done)}", *describe(brought)]
        ingest(truth, brought, business_date)
        began = time.monotonic()
        excluded = [] if number == 0 else VIEWS if number == runs - 1 else [*VIEWS, *TABLES]
        build(business_date, full_refresh=full_refresh, excluded=excluded)
        truth.take_snapshots()
        print(f"seed {seed}, {name}: built in {time.monotonic() - began:.0f} s", file=sys.stderr)
        if wrong := differences(truth, with_rebuilt=TABLES[0] not in excluded):
            return "\n".join([*lines, *(f"{table}: {text}" for table, text in wrong.items())])
    return ""


if __name__ == "__main__":
    Path(os.environ["LARDER_HOME"]).mkdir(parents=True, exist_ok=True)
    problem = play(int(sys.argv[1]), int(sys.argv[2]))
    print(problem)
    sys.exit(1 if problem else 0)
