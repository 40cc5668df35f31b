"""DuckDB as a second opinion on Parquet files and Arrow tables."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa


def query(statement: str, **tables: pa.Table | Path | str) -> list[tuple[Any, ...]]:
    """The rows of a statement over tables named as the keywords: Arrow, or Parquet files (a path or glob).

    Timestamps are in UTC.
    """
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, table in tables.items():
            if isinstance(table, pa.Table):
                connection.register(name, table)
            else:
                connection.read_parquet(str(table)).create_view(name)
        return connection.execute(statement).fetchall()
