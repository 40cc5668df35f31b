"""SQL over Arrow tables in memory, by DuckDB."""

import atexit
from functools import cache
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

# Not a name in Bronze: those have no two underscores in a row.
PLACE = "__place"


def query(sql: str, **tables: pa.Table) -> pa.Table:
    """The result of a query over tables, which it calls by their names here. Times are UTC."""
    with _engine().cursor() as database:
        for name, table in tables.items():
            database.register(name, table)
        result: Any = database.sql(sql).to_arrow_table()
    found: pa.Table = result
    return found


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One database in memory for the whole process, since opening one takes longer than most queries."""
    database = duckdb.connect()
    database.execute("set global timezone = 'UTC'")
    # One that is still open when Python ends prints what it leaks.
    atexit.register(_close)
    return database


def _close() -> None:
    _engine().close()
    _engine.cache_clear()


def names(columns: tuple[str, ...]) -> str:
    """Column names for a query, quoted and separated by commas."""
    return ", ".join(f'"{column}"' for column in columns)


def without(rows: pa.Table, others: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """The rows whose values in these columns do not occur in another table; two nulls are equal."""
    return _filter("anti", rows, others, columns)


def among(rows: pa.Table, others: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """The rows whose values in these columns occur in another table; two nulls are equal."""
    return _filter("semi", rows, others, columns)


def _filter(join: str, rows: pa.Table, others: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """The rows that a semi or an anti join keeps, in their order and with their types."""
    if rows.num_rows == 0 or others.num_rows == 0:
        return rows if join == "anti" else rows.slice(0, 0)
    compared = rows.select(list(columns))
    places = compared.append_column(PLACE, pa.array(np.arange(rows.num_rows)))
    same = " and ".join(f'places."{name}" is not distinct from known."{name}"' for name in columns)
    kept = query(
        f"select {PLACE} from places {join} join known on {same} order by {PLACE}",  # noqa: S608 our own columns
        places=places,
        known=others.select(list(columns)).cast(compared.schema),
    )
    return rows.take(kept[PLACE].combine_chunks())
