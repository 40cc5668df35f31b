"""Read Bronze by DuckDB and by Spark, and compare each with what pyiceberg reads.

python -m tests.unit.fuzz.readers <folder>

has Spark write each table of Bronze to a file of Arrow data in the folder.
"""

import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import is_empty
from larder.spark import session as spark


def tables() -> dict[str, pa.Table]:
    """What pyiceberg reads, by table; only tables that have rows."""
    loaded = {
        name: open_catalog().load_table((BRONZE, name)) for _, name in open_catalog().list_tables(BRONZE)
    }
    return {name: table.scan().to_arrow() for name, table in loaded.items() if not is_empty(table)}


def by_duckdb(name: str) -> pa.Table:
    """What DuckDB reads from the files of a table; the columns that none of them has are missing."""
    files = [task.file.file_path for task in open_catalog().load_table((BRONZE, name)).scan().plan_files()]
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        found: Any = database.sql("select * from read_parquet(?, union_by_name = true)", params=[files])
        table: pa.Table = found.to_arrow_table()
    return table


def by_spark(folder: Path, name: str) -> pa.Table:
    """What Spark has read from a table."""
    with pa.ipc.open_file(str(folder / f"{name}.arrow")) as file:
        return file.read_all()


def rows(table: pa.Table, expected: pa.Schema) -> list[str]:
    """The rows of a table as text that shows their values, sorted.

    Args:
        table: what an engine has read; columns that it lacks are null.
        expected: the columns, with the types in which to compare them.
    """
    assert set(table.column_names) <= set(expected.names)
    columns = {one.name: _comparable(table, one) for one in expected if one.name != "_dlt_load_id"}
    return sorted(map(repr, pa.table(columns).to_pylist()))


def _comparable(table: pa.Table, field: Any) -> Any:
    """A column in a type, times as numbers: engines name UTC in several ways."""
    if field.name not in table.column_names:
        return pa.nulls(table.num_rows, field.type)
    column: Any = table[field.name].cast(field.type)
    return column.cast(pa.int64()) if pa.types.is_timestamp(field.type) else column


def write_by_spark(folder: Path) -> None:
    """Have Spark write what it reads from each table."""
    session = spark.session()
    for _, name in open_catalog().list_tables(BRONZE):
        read: Any = session.table(f"larder.{BRONZE}.{name}")
        found = read.toArrow()
        with (
            pa.OSFile(str(folder / f"{name}.arrow"), "wb") as file,
            pa.ipc.new_file(file, found.schema) as writer,
        ):
            writer.write_table(found)


if __name__ == "__main__":
    write_by_spark(Path(sys.argv[1]))
