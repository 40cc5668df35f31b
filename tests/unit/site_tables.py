"""Small tables of `ops` and `gold` for tests of the site, with the columns and types of the real ones."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from larder.lake.catalog import open_catalog
from larder.lake.tables import append, ensure
from larder.report.tables import TABLES

DAY = date(2017, 12, 31)
OWNER = "Store operations <stores@example.com>"
MONEY = pa.decimal128(14, 2)
SUFFIXES: dict[tuple[str, ...], pa.DataType] = {
    ("_at", "_since"): pa.timestamp("us", "UTC"),
    ("_date",): pa.date32(),
    (
        "_count",
        "_bytes",
        "_change",
        "_late",
        "_id",
        "quantity",
        "_week",
        "_upc",
        "_first",
        "_order",
    ): pa.int64(),
    ("_seconds", "_hours", "null_pct"): pa.float64(),
    ("_usd", "_pct"): MONEY,
}
TEXTS = ("unique_id", "flow_run_id", "invocation_id", "incident_id")


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """A time of January 2018, UTC."""
    return datetime(2018, 1, day, hour, minute, tzinfo=UTC)


def write(table: str, rows: Sequence[Mapping[str, Any]], *, without: str = "") -> None:
    """Append rows to a table such as "ops.run_history", created if missing; values left out are null."""
    namespace, name = table.split(".")
    columns = [column for column in TABLES[table].columns if column != without]
    schema = pa.schema([(column, column_type(column)) for column in columns])
    open_catalog().create_namespace_if_not_exists(namespace)
    ensure(name, schema, [], namespace)
    if rows:
        append(name, pa.Table.from_pylist([dict(row) for row in rows], schema=schema), namespace)


def run(number: int, day: date = DAY, **values: Any) -> dict[str, Any]:
    """A completed run in `ops.run_history`; a higher number is a later run."""
    return {
        "flow_run_id": f"run-{number}", "run_name": f"daily {day}", "business_date": day,
        "outcome": "completed", "is_full_refresh": False, "passed_count": 3, "warned_count": 0,
        "failed_count": 0, "skipped_count": 0, "duration_seconds": 61.0, "started_at": at(4, number),
        "finished_at": at(5, number),
    } | values  # fmt: skip


def data_test_run(number: int, name: str, status: str, day: date = DAY, **values: Any) -> dict[str, Any]:
    """A row of `ops.test_run_history` that belongs to the run of that number."""
    return {
        "flow_run_id": f"run-{number}", "unique_id": f"test.{name}", "test_name": name, "model_name": "sales",
        "severity": "ERROR", "owner": OWNER, "business_date": day, "status": status, "failure_count": 0,
        "execution_seconds": 0.5, "finished_at": at(5, number),
    } | values  # fmt: skip


def model_run(number: int, name: str, status: str = "success", **values: Any) -> dict[str, Any]:
    """A row of `ops.model_run_history` that belongs to the run of that number."""
    return {
        "flow_run_id": f"run-{number}", "unique_id": f"model.{name}", "model_name": name,
        "schema_name": "gold", "materialization": "table", "owner": OWNER, "business_date": DAY,
        "status": status, "execution_seconds": 2.0, "finished_at": at(5, number),
    } | values  # fmt: skip


def service_level(name: str, *, is_kept: bool | None, **values: Any) -> dict[str, Any]:
    """A row of `ops.service_level_history`, due at 07:00."""
    return {
        "unique_id": f"model.{name}", "name": name, "resource_type": "model", "owner": OWNER,
        "business_date": DAY, "due_at": at(7), "is_kept": is_kept,
    } | values  # fmt: skip


def column_type(column: str) -> pa.DataType:
    """The type of a column, derived from its name."""
    if column.startswith("is_"):
        return pa.bool_()
    if column in TEXTS:
        return pa.string()
    return next((kind for ends, kind in SUFFIXES.items() if column.endswith(ends)), pa.string())
