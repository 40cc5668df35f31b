"""Read all tables of a warehouse by pyiceberg, by DuckDB and by Spark.

python -m tests.unit.bad_input.readers <state folder>

Prints, as JSON, the tables that Spark reads otherwise than pyiceberg, with what both read.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.table import Table

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import is_empty
from larder.spark import session as spark

Read = Callable[[str, Table], pa.Table]


def find_differences(read: Read) -> dict[str, Any]:
    """What a reader reads otherwise than pyiceberg, by table."""
    found: dict[str, Any] = {}
    for _, name in open_catalog().list_tables(BRONZE):
        table = open_catalog().load_table((BRONZE, name))
        if is_empty(table):
            continue
        expected, actual = (_plain(rows) for rows in (table.scan().to_arrow(), read(name, table)))
        if expected != actual:
            found[name] = [str(expected)[:300], str(actual)[:300]]
    return found


def read_files(name: str, table: Table) -> pa.Table:
    """A table's files as DuckDB reads them."""
    paths = [task.file.file_path.removeprefix("file://") for task in table.scan().plan_files()]
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        found: Any = database.read_parquet(paths, union_by_name=True).to_arrow_table()
    rows: pa.Table = found
    return rows


def read_by_spark(name: str, table: Table) -> pa.Table:
    """A table as Spark reads it."""
    found: pa.Table = spark.session().table(f"bronze.`{name}`").toArrow()
    return found


def _plain(rows: pa.Table) -> list[list[tuple[str, str]]]:
    """Rows to compare, in any order and without the columns that are null."""
    return sorted(
        [
            sorted((name, _text(value)) for name, value in row.items() if value is not None)
            for row in rows.to_pylist()
        ]
    )


def _text(value: Any) -> str:
    """A value; engines differ in the names of time zones."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case bytes() | bytearray():
            return repr(bytes(value))
        case Decimal() | float() | int():
            return repr(value)
        case _:
            return str(value)


if __name__ == "__main__":
    os.environ["LARDER_HOME"] = sys.argv[1]
    print(json.dumps(find_differences(read_by_spark)))
