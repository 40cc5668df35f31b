"""A model gives the same result in DuckDB as on Spark: dbt's own unit tests of it pass there, too."""

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml

from larder.landing import contract
from larder.landing.conversion.types import TIMESTAMP
from larder.ops import ledger, schema
from larder.ops.model_sql import DUCKDB_FUNCTIONS, translate_model
from larder.settings import PROJECT

Case = dict[str, Any]
STAGING = re.compile(r"ref\('stg_ops__(\w+)'\)")
# What a raw table's row has that its staging model's row has not.
CURRENT = {"dbt_nodes": {"is_current": True}}
# Columns of a staging model by their name in the raw table, which other tables have as it is.
RENAMED = {
    "dbt_run_results": {"business_date": "_business_date"},
    "publications": {"happened_at": "at"},
}
TYPES = {name: columns for name, (columns, _, _) in schema.TABLES.items()} | {"load_log": ledger.LOAD_LOG}


def cases(model: str) -> Iterator[Case]:
    """The unit tests of a model, and of those that it reads, whose inputs are staging models only."""
    path = next((PROJECT / "models").rglob(f"{model}.sql"))
    declared = yaml.safe_load(path.with_suffix(".yml").read_text()).get("unit_tests", [])
    yield from (case for case in declared if all(STAGING.match(given["input"]) for given in case["given"]))
    for parent in re.findall(r"ref\('(int_\w+)'\)", path.read_text()):
        yield from cases(parent)


CASES = [*cases("service_level_history"), *cases("interval_ledger")]


def fill(session: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Create a raw table with these rows; columns that they leave out are null."""
    columns: contract.Columns = contract.parse_columns(TYPES[table]) | {
        "_loaded_at": TIMESTAMP,
        "_business_date": pa.date32(),
    }
    session.from_arrow(pa.schema(list(columns.items())).empty_table()).create(table)
    names = RENAMED.get(table, {})
    renamed = [{names.get(column, column): value for column, value in row.items()} for row in rows]
    insert(session, table, [row | CURRENT.get(table, {}) for row in renamed])


def insert(session: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
        session.execute(f"insert into {table} ({names}) values ({places})", list(row.values()))


def test_models_that_run_in_duckdb_have_unit_tests() -> None:
    assert {case["model"] for case in CASES} >= {
        "int_nodes__joined_to_good_builds",
        "int_nodes__joined_to_computed_dates",
        "int_sources__joined_to_computed_dates",
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_unit_tests_of_dbt_pass_in_duckdb(case: Case) -> None:
    expected = case["expect"]["rows"]
    names = ", ".join(dict.fromkeys(name for row in expected for name in row))
    with duckdb.connect() as session:
        session.execute(f"set timezone = 'UTC'; {DUCKDB_FUNCTIONS}")
        given = {STAGING.match(one["input"])[1]: one["rows"] for one in case["given"]}  # type: ignore[index]
        for table in (*ledger.RAW, "load_log"):
            fill(session, table, given.get(table, []))
        query = translate_model(case["model"], **case.get("overrides", {}).get("macros", {}))
        session.execute(f"create table found as select {names} from ({query})")
        session.execute("create table expected as from found limit 0")
        insert(session, "expected", expected)
        differing = "(from found except all from expected) union all (from expected except all from found)"
        assert session.execute(differing).fetchall() == []
        assert session.execute("select count(*) from found").fetchone() == (len(expected),)
