"""Iceberg tables with a made-up history: one commit per day, backdated."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyiceberg.table import Table

from larder.lake.catalog import open_catalog
from larder.lake.tables import append, ensure
from larder.landing.contract import parse_columns

DAY_MS = 24 * 3600 * 1000
COLUMNS = parse_columns({"row_id": "bigint", "_loaded_at": "timestamp", "day": "date"})
SCHEMA = pa.schema(list(COLUMNS.items()))


def make(table: str, rows: list[int], ended_days_ago: int = 0) -> None:
    """Create a Bronze table, partitioned by day, with these rows per day; the last day is some days ago."""
    open_catalog().create_namespace_if_not_exists("bronze")
    ensure(table, SCHEMA, ["day"])
    for number, count in enumerate(rows):
        append(table, _day(count, days_ago=ended_days_ago + len(rows) - 1 - number))
    _backdate(table, ended_days_ago)


def lose_rows(table: str) -> None:
    """Delete all rows but today's, today."""
    _load(table).delete(f"day < '{datetime.now(UTC):%Y-%m-%d}'")


def widen(table: str) -> None:
    """Add rows with a new column, today."""
    append(table, _day(10, days_ago=0).append_column("note", pa.array(["new"] * 10)))


def _day(count: int, days_ago: int) -> pa.Table:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    columns: dict[str, list[Any]] = {
        "row_id": list(range(count)),
        "_loaded_at": [at] * count,
        "day": [at.date()] * count,
    }
    return pa.table(columns, schema=SCHEMA)


def _backdate(table: str, ended_days_ago: int) -> None:
    """Backdate a table's commits, which were all made just now, to one per day."""
    path = Path(_load(table).metadata_location.removeprefix("file://"))
    metadata: dict[str, Any] = json.loads(path.read_text())
    order = [snapshot["snapshot-id"] for snapshot in metadata["snapshots"]]
    shift = {name: (ended_days_ago + len(order) - 1 - place) * DAY_MS for place, name in enumerate(order)}
    for snapshot in metadata["snapshots"] + metadata["snapshot-log"]:
        snapshot["timestamp-ms"] -= shift[snapshot["snapshot-id"]]
    # The log's first entry is the table without rows; the others are one per commit, except the last commit.
    for entry, days in zip(metadata["metadata-log"], [max(shift.values()), *shift.values()], strict=False):
        entry["timestamp-ms"] -= days
    metadata["last-updated-ms"] -= ended_days_ago * DAY_MS
    path.write_text(json.dumps(metadata))


def _load(table: str) -> Table:
    return open_catalog().load_table(f"bronze.{table}")
