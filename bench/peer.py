"""The same marts built from the same Bronze by DuckDB and by Spark.

sqlglot translates each model's compiled SQL from Spark's dialect to DuckDB's. DuckDB runs it in dbt's order
over the same Parquet files of Bronze. A snapshot is its source's rows with open validity, as after its first
run. The facts' totals must agree between the engines, otherwise the comparison is an error.
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

from bench.dbt import run_build, run_dbt
from bench.measure import compute_ratios, format_ratio, format_spread
from bench.sources import load, run_retailer
from larder import settings
from larder.errors import LarderError
from larder.lake.catalog import BRONZE, open_catalog
from larder.runtime.build_plan import EXCLUDED, plan_build
from larder.runtime.dbt_commands import target_path
from larder.spark.session import session

REPETITIONS = 3
NO_TESTS = ("--exclude-resource-type", "test")
DAY = date(2017, 12, 31)
TOTALS = "select count(*), sum(net_sales_usd) from gold.fct_basket_lines where not is_voided"


def compile_models() -> list[dict[str, Any]]:
    """Compile the daily build's models and snapshots as for a full refresh; in order of dependencies."""
    # `dbt build` compiles a microbatch model batch by batch; `dbt compile` compiles it as one query.
    # The records in quarantine are not a part of the marts.
    run_dbt(["compile", "--full-refresh", "--exclude", *EXCLUDED, "staging.quarantine"])
    nodes = json.loads((target_path() / "manifest.json").read_text())["nodes"]
    compiled = json.loads((target_path() / "run_results.json").read_text())["results"]
    wanted = {
        name: nodes[name]
        for name in (result["unique_id"] for result in compiled)
        if nodes[name]["resource_type"] in ("model", "snapshot")
    }
    # Including dependencies through ephemeral models, which are not built themselves.
    order = TopologicalSorter(
        {name: node["depends_on"]["nodes"] for name, node in nodes.items() if node["resource_type"] != "test"}
    )
    return [wanted[name] for name in order.static_order() if name in wanted]


def translate(node: dict[str, Any]) -> str:
    """The statement that builds a node in DuckDB: a view if it is one in Spark, else a table."""
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


def run_duckdb(statements: list[str], folder: Path) -> tuple[float, tuple[Any, ...] | None]:
    """Run all statements in a new database; returns the seconds and the facts' totals."""
    database = folder / "peer.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set timezone = 'UTC'; set threads = 2")
        for schema in (BRONZE, "silver", "gold"):
            connection.execute(f"create schema {schema}")
        for name in open_catalog().list_tables(BRONZE):
            files = [task.file.file_path for task in open_catalog().load_table(name).scan().plan_files()]
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
    """Measure and print the result; retailer, warehouse and dbt's artifacts are in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="larder-bench-") as name:
        folder = Path(name)
        os.environ |= {"LARDER_HOME": str(folder / "home"), "DBT_TARGET_PATH": str(folder / "target")}
        os.chdir(settings.PROJECT)
        with run_retailer(settings.home(), DAY):
            load(DAY)
        # A full refresh of models and snapshots without tests, in this process's warm Spark.
        planned = plan_build(DAY, full_refresh=True)
        run_build(planned, *NO_TESTS)
        statements = [translate(node) for node in compile_models()]
        spark, peer = [], []
        for _ in range(REPETITIONS):
            spark.append(run_build(planned, *NO_TESTS))
            seconds, totals = run_duckdb(statements, folder)
            peer.append(seconds)
        ours = session().sql(TOTALS).first()
        if ours is None or tuple(ours) != totals:
            raise LarderError(
                f"Spark and DuckDB disagree on the facts' totals ({ours}, {totals}); nothing was compared"
            )
    print(f"All marts of the year: Spark through dbt {format_spread(spark)}, DuckDB {format_spread(peer)}")
    print(format_ratio("  Spark through dbt / DuckDB", compute_ratios(spark, peer), None))


if __name__ == "__main__":
    main()
