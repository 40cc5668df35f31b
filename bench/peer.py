"""The same marts from the same Bronze by DuckDB, beside Spark.

Each model's compiled SQL is translated by sqlglot from Spark's dialect to DuckDB's and run in DuckDB in
dbt's order, over the very Parquet files of Bronze. A snapshot is its source's rows with open validity, as
after its first run. The facts' totals of both engines must agree, or there is nothing to compare.
"""

import json
import os
import tempfile
import time
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from bench.dbt import build, dbt
from bench.measure import claim, ratio, spread
from bench.sources import load, retailer_at
from larder import settings
from larder.errors import LarderError
from larder.lake.catalog import BRONZE, catalog
from larder.runtime.build_plan import EXCLUDED, plan_build
from larder.runtime.dbt_commands import target_path
from larder.runtime.spark import session

REPETITIONS = 3
NO_TESTS = ("--exclude-resource-type", "test")
DAY = date(2017, 12, 31)
TOTALS = "select count(*), sum(net_sales_usd) from gold.fct_basket_lines where not is_voided"


def models() -> list[dict[str, Any]]:
    """The daily build's models and snapshots, compiled as for a full refresh, in an order that works."""
    # A build compiles a microbatch model for each of its batches only; this is the whole of it.
    dbt(["compile", "--full-refresh", "--exclude", *EXCLUDED])
    nodes = json.loads((target_path() / "manifest.json").read_text())["nodes"]
    compiled = json.loads((target_path() / "run_results.json").read_text())["results"]
    wanted = {
        name: nodes[name]
        for name in (result["unique_id"] for result in compiled)
        if nodes[name]["resource_type"] in ("model", "snapshot")
    }
    # Through ephemeral models, too, which are not built themselves.
    order = TopologicalSorter(
        {name: node["depends_on"]["nodes"] for name, node in nodes.items() if node["resource_type"] != "test"}
    )
    return [wanted[name] for name in order.static_order() if name in wanted]


def duckdb_sql(node: dict[str, Any]) -> str:
    """The statement that builds a node in DuckDB: a view where it is one in Spark, else a table."""
    if node["resource_type"] == "snapshot":
        source = next(name for name in node["depends_on"]["nodes"]).rpartition(".")[2]
        select = (
            f"select *, updated_at as dbt_valid_from, cast(null as timestamptz) as dbt_valid_to "
            f"from {node['schema']}.{source}"
        )
    else:
        select = sqlglot.transpile(node["compiled_code"], read="spark", write="duckdb")[0]
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    return f"create or replace {kind} {node['schema']}.{node['alias']} as {select}"


def duckdb_seconds(statements: list[str], folder: Path) -> tuple[float, tuple[Any, ...] | None]:
    """Seconds of all statements in a new database, and its facts' totals."""
    database = folder / "peer.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'; set threads = 2")
        for schema in (BRONZE, "silver", "gold"):
            connection.execute(f"create schema {schema}")
        for name in catalog().list_tables(BRONZE):
            files = [task.file.file_path for task in catalog().load_table(name).scan().plan_files()]
            paths = exp.Array(
                expressions=[exp.Literal.string(path.removeprefix("file://")) for path in files]
            )
            connection.execute(
                f"create view {'.'.join(name)} as from "
                f"read_parquet({paths.sql('duckdb')}, union_by_name = true)"
            )
        began = time.monotonic()
        for statement in statements:
            connection.execute(statement)
        return time.monotonic() - began, connection.execute(TOTALS).fetchone()


def main() -> None:
    """Measure and print; retailer, warehouse and dbt's artifacts live in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
        folder = Path(name)
        os.environ |= {"LARDER_HOME": str(folder / "home"), "DBT_TARGET_PATH": str(folder / "target")}
        os.chdir(settings.PROJECT)
        with retailer_at(settings.home(), DAY):
            load(DAY)
        # A full `dbt run` with snapshots, no tests, in this process's warm Spark.
        planned = plan_build(DAY, full_refresh=True)
        build(planned, *NO_TESTS)
        statements = [duckdb_sql(node) for node in models()]
        spark, peer = [], []
        for _ in range(REPETITIONS):
            spark.append(build(planned, *NO_TESTS))
            seconds, totals = duckdb_seconds(statements, folder)
            peer.append(seconds)
        ours = session().sql(TOTALS).first()
        if ours is None or tuple(ours) != totals:
            raise LarderError(
                f"Spark and DuckDB disagree on the facts ({ours}, {totals}): nothing to compare"
            )
    print(f"All marts of the year: Spark through dbt {spread(spark)}, DuckDB {spread(peer)}")
    print(claim("  Spark through dbt / DuckDB", ratio(spark, peer), None))


if __name__ == "__main__":
    main()
