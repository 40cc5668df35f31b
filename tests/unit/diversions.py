"""Build a scratch project, some of whose rows fail tests with `meta.quarantine`, step by step.

    python -m tests.unit.diversions <folder>

Runs in a process of its own, as Spark's catalog cannot change within one. `<folder>/project` is the project,
`<folder>/steps.json` has the outcome and the tables after each step, by its name.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from larder import settings
from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import append, ensure
from larder.quarantine import records
from larder.runtime.replay_model import replay

TYPES: Any = {"store_id": pa.int64(), "store_name": pa.string(), "_loaded_at": pa.timestamp("us", "UTC")}
STORES = pa.schema(TYPES)
GOOD = """
    (1, date '2017-01-01', 7, 'completed', 1, 1.5), (2, date '2017-01-01', 7, 'completed', 2, 2.5),
    (3, date '2017-01-02', 7, 'completed', 3, 3.5)
"""
# Line 1 is good in its first version. Line 5 breaks two rules.
BAD = """
    (1, date '2017-01-01', 7, 'completed', null, 1.5), (4, date '2017-01-02', 9, 'completed', 4, 4.5),
    (5, date '2017-01-02', 7, 'odd', -5, 5.5), (6, date '2017-01-02', 7, 'completed', -6, 6.5),
    (7, date '2017-01-02', 7, 'voided', 7, 7000.0), (8, date '2017-01-03', 7, 'completed', 8, 8.5)
"""
CORRECTED = "(1, date '2017-01-01', 7, 'completed', 5, 1.5)"
TOO_MANY = ", ".join(f"({one}, date '2017-01-04', 7, 'completed', -1, 1.5)" for one in range(100, 120))

Outcome = dict[str, Any]


def _build(lines: str, run: int, *options: str, select: str = "lines sums products") -> dict[str, str]:
    """Build the project with these lines; returns the message of each node, by its name."""
    variables = json.dumps({"lines": " ".join(lines.split()), "run": run})
    command = ["--quiet", "build", "--select", *select.split(), "--vars", variables]
    command += ["--event-time-start", "2017-01-01", "--event-time-end", "2017-01-04", *options]
    done = dbtRunner().invoke(command)
    if done.result is None:
        return {"dbt": str(done.exception)}
    return {one.node.name: f"{one.status}: {one.message}" for one in getattr(done.result, "results", [])}


def _outcome(messages: dict[str, str]) -> Outcome:
    """The messages, and what the tables have now."""
    kept = records.read().sort_by([("resource", "ascending"), ("payload_json", "ascending")])
    return {
        "messages": messages,
        "lines": _query("select line_id, quantity, loaded_at from silver.lines order by 1"),
        "sums": _query("select sold_date, line_count from silver.sums order by 1"),
        "products": _query("select product_id from silver.products order by 1"),
        "stores": _query("select store_id from bronze.shop_stores order by 1"),
        "records": json.loads(json.dumps(kept.to_pylist(), default=str)),
    }


def _query(query: str) -> list[list[str]]:
    return [[str(value) for value in row] for row in SparkSession.active().sql(query).collect()]


def _load_stores() -> None:
    open_catalog().create_namespace_if_not_exists(BRONZE)
    ensure("shop_stores", STORES, [])
    at = datetime(2017, 1, 1, tzinfo=UTC)
    append(
        "shop_stores",
        pa.table(
            [pa.array([1, 2]), pa.array(["One", None]), pa.array([at, at], STORES.types[2])], schema=STORES
        ),
    )


def _replay(record_id: str, **changes: Any) -> dict[str, Any]:
    found = records.read(record_ids=[record_id])
    result = replay(found, changes)
    return {"replayed": result.replayed, "rejected": result.rejected, "present": result.present}


def play() -> dict[str, Outcome]:
    """Play all steps."""
    _load_stores()
    outcomes: dict[str, Outcome] = {}
    _build(GOOD, 1)
    outcomes["no quarantine"] = {"messages": _build(BAD, 2)}
    records.ensure()
    outcomes["good"] = _outcome(_build(GOOD, 1, "--full-refresh", select="lines sums"))
    outcomes["diverted"] = _outcome(_build(BAD, 2, select="lines sums products source:shop"))
    outcomes["corrected"] = _outcome(_build(CORRECTED, 3))
    SparkSession.active().conf.set("spark.sql.ansi.enabled", "false")
    outcomes["diverted again"] = _outcome(_build(BAD, 2, "--full-refresh"))
    SparkSession.active().conf.set("spark.sql.ansi.enabled", "true")
    (record,) = (one for one in outcomes["diverted"]["records"] if one["key_json"] == '{"line_id":6}')
    outcomes["rejected again"] = _outcome(_replay(record["record_id"], quantity=-7))
    (record,) = (
        one for one in outcomes["rejected again"]["records"] if '"quantity":-7' in one["payload_json"]
    )
    outcomes["replayed"] = _outcome(_replay(record["record_id"], quantity=6))
    outcomes["replayed twice"] = _outcome(_replay(record["record_id"], quantity=6))
    outcomes["rebuilt"] = _outcome(_build(CORRECTED, 3))
    outcomes["too many"] = _outcome(_build(TOO_MANY, 4))
    outcomes["view"] = {"messages": _build(GOOD, 1, "--vars", _view_variables(), select="views")}
    return outcomes


def _view_variables() -> str:
    return json.dumps({"lines": " ".join(GOOD.split()), "run": 1, "test_views": True})


def main(folder: Path) -> None:
    """Play all steps and save their outcomes."""
    settings.PROJECT = folder / "project"
    os.chdir(settings.PROJECT)
    (folder / "steps.json").write_text(json.dumps(play(), indent=2, default=str))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
