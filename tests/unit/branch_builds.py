"""Build a scratch project on branches, step by step, and see what readers have after each.

    python -m tests.unit.branch_builds <folder>

Runs in a process of its own, as Spark's catalog cannot change within one. `<folder>/project` is the project,
`<folder>/steps.json` has each step's messages and tables, by its name.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from dbt.cli.main import dbtRunner
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from dbt_larder import publishing
from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.metrics import totals
from larder.lake.tables import append
from larder.publication import branch
from larder.publication.record import Publication

NUMBERS = pa.schema([("number", pa.int64()), ("changed_at", pa.timestamp("us", "UTC"))])
TABLES = ("gold.wide", "gold.merged", "gold.parted", "gold.kind", "silver.snap_numbers")
VIEWS = ("silver.stg_numbers", "silver.stg_doubles")

Outcome = dict[str, Any]


def _build(*options: str, **variables: Any) -> dict[str, str]:
    """Build the project; returns the message of each node by its name, and of dbt itself."""
    done = dbtRunner().invoke(["--quiet", "build", "--vars", json.dumps({"run": 1} | variables), *options])
    messages = {one.node.name: f"{one.status}: {one.message}" for one in getattr(done.result, "results", [])}
    return messages | ({"dbt": str(done.exception)} if done.exception else {})


def _outcome(messages: dict[str, str]) -> Outcome:
    """The messages, what any reader has now, and the branches that are left."""
    catalog = open_catalog()
    pyiceberg = {
        name: catalog.load_table(name).scan().to_arrow().num_rows
        for name in TABLES
        if catalog.load_table(name).current_snapshot()
    }
    refs = {ref for name in TABLES for ref in catalog.load_table(name).metadata.refs}
    return {
        "messages": messages,
        "spark": {name: _count(name) for name in (*TABLES, *VIEWS)},
        "pyiceberg": pyiceberg,
        "totals": {name: totals(catalog.load_table(name)).get("row_count") for name in pyiceberg},
        "columns": {name: _columns(name) for name in TABLES},
        "runs": [row[0] for row in _query("select distinct run from gold.merged order by 1")],
        "masked": _query("select distinct number, run from gold_masked.merged order by run"),
        "branches": sorted(ref for ref in refs if branch.is_branch(ref)),
        "schemas": sorted(name for (name,) in catalog.list_namespaces() if branch.is_branch(name)),
    }


def _columns(name: str) -> list[str]:
    return [f"{field.name} {field.field_type}" for field in open_catalog().load_table(name).schema().fields]


def _count(name: str) -> int | str:
    try:
        return int(_query(f"select count(*) from {name}")[0][0])
    except AnalysisException as error:
        return str(error.getCondition())


def _query(query: str, on: str = "main") -> list[list[Any]]:
    """The rows of a query, as readers see them or on a branch."""
    session = SparkSession.active()
    session.conf.set("spark.wap.branch", on) if on != "main" else session.conf.unset("spark.wap.branch")
    return [list(row) for row in session.sql(query).collect()]


def _load(*numbers: int) -> None:
    at = datetime(2017, 1, 1, tzinfo=UTC)
    open_catalog().create_namespace_if_not_exists(BRONZE)
    append("numbers", pa.table({"number": numbers, "changed_at": [at] * len(numbers)}, schema=NUMBERS))


@contextmanager
def _another_writer(name: str) -> Iterator[None]:
    """Let another writer change a table on main right before the publication."""
    module: Any = publishing
    publish = module.publish

    def overtaken(publication: Publication) -> Any:
        _query(f"delete from {name} where number = 1")
        return publish(publication)

    module.publish = overtaken
    try:
        yield
    finally:
        module.publish = publish


def play() -> dict[str, Outcome]:
    """Play all steps."""
    outcomes: dict[str, Outcome] = {}
    _load(1, 2)
    outcomes["first"] = _outcome(_build())
    _load(3)
    outcomes["failed"] = _outcome(_build(run=2, at_most=2))
    (left,) = outcomes["failed"]["branches"]
    outcomes["failed"]["on the branch"] = {
        name: _query(f"select count(*) from {name}", left)[0][0] for name in TABLES
    }
    outcomes["succeeded"] = _outcome(_build(run=3))
    outcomes["failed full refresh"] = _outcome(_build("--full-refresh", run=4, at_most=2))
    outcomes["full refresh"] = _outcome(_build("--full-refresh", run=5))
    columns = "'y' as added, number, cast(2 as bigint) as small"
    outcomes["other columns"] = _outcome(_build("--select", "wide", columns=columns))
    outcomes["another type"] = _outcome(_build("--select", "wide", columns="number, 'text' as small"))
    outcomes["a view now"] = _outcome(_build("--select", "kind", kind="view"))
    outcomes["a table now"] = _outcome(_build("--select", "turned", turned="table"))
    outcomes["another partition"] = _outcome(
        _build("--select", "parted", "--full-refresh", partition="doubled")
    )
    _load(4)
    outcomes["without its views"] = _outcome(_build("--select", "merged", run=6))
    with _another_writer("gold.merged"):
        outcomes["overtaken"] = _outcome(_build(run=7))
    os.environ[branch.SWITCH] = "off"
    outcomes["switched off"] = _outcome(_build(run=8, at_most=2))
    return outcomes


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    os.chdir(folder / "project")
    (folder / "steps.json").write_text(json.dumps(play(), default=str))
