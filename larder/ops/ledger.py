"""The ledger of business dates, from the raw tables of `ops` and Bronze's load log, without Spark.

The model `interval_ledger` alone defines what was computed by which run. Here it runs in DuckDB, as of now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from larder import clock
from larder.lake import tables
from larder.lake.catalog import BRONZE
from larder.lake.columnar import Values, nulls
from larder.landing import contract
from larder.ops import schema
from larder.ops.model_sql import DUCKDB_FUNCTIONS, translate_model
from larder.ops.schema import OPS
from larder.ops.service_levels import last_clock_offset

RAW = (
    "flow_runs", "dbt_invocations", "dbt_run_results", "dbt_nodes", "dlt_loads", "publications", "backfills",
    "table_metrics",
)  # fmt: skip
# Long texts that neither the ledger nor its readers use.
UNREAD = ("compiled_code", "description", "test_arguments_json", "freshness_json", "meta_json")
LOAD_LOG = {
    "source": "text", "table_name": "text", "row_count": "bigint", "quarantined_count": "bigint",
    "tombstone_count": "bigint", "business_date": "date", "started_at": "timestamp",
    "finished_at": "timestamp",
}  # fmt: skip
MODELS = ("stg_ops__dbt_nodes", "interval_ledger", "service_level_history")

Row = dict[str, Any]


def business_now() -> datetime:
    """The time on the business clock (UTC), up to which there should be data.

    If the sources have a clock of their own that has stopped, it is the end of the last date that was run.
    """
    if clock.clock_offset() or not last_clock_offset():
        return clock.now()
    last = tables.high_water("flow_runs", "business_date", OPS)
    return datetime.combine(last + timedelta(days=1), time(), UTC)


@contextmanager
def opened(now: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB session with the raw tables of `ops`, `load_log`, and those of `MODELS`.

    Args:
        now: the time (UTC, business clock) up to which business dates are listed: to the day before.
    """
    with duckdb.connect() as session:
        session.execute(f"set timezone = 'UTC'; {DUCKDB_FUNCTIONS}")
        for name in RAW:
            types = schema.TABLES[name][0] | {"_loaded_at": "timestamp", "_business_date": "date"}
            session.register(name, _read(name, types, OPS))
        session.register("load_log", _read("load_log", LOAD_LOG, BRONZE))
        for model in MODELS:
            query = translate_model(model, business_now=f"timestamp '{now:%Y-%m-%d %H:%M:%S}'")
            session.execute(f"create table {model} as {query}")
        yield session


def query(session: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> list[Row]:
    """The rows of a query, column names to values."""
    answer = session.execute(sql, parameters or None)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _read(name: str, types: dict[str, str], namespace: str) -> pa.Table:
    """A table's columns; those that are not needed, and those that it lacks, are null."""
    columns = contract.parse_columns(types)
    known = tables.schema(name, namespace)
    read = [one for one in columns if one not in UNREAD and known is not None and one in known.names]
    found = tables.rows_where(name, tables.ALL, tuple(read), namespace)
    if found is None:
        return pa.schema(list(columns.items())).empty_table()
    arrays: list[Values] = [
        found[one] if one in read else nulls(found.num_rows, kind) for one, kind in columns.items()
    ]
    return pa.table(arrays, names=list(columns))
