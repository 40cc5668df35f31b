"""Count the rows, files, bytes and nulls of the warehouse's tables, from Iceberg's metadata alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow.compute as pc
from pyiceberg.exceptions import NoSuchNamespaceError
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from larder.lake.catalog import open_catalog
from larder.lake.tables import is_empty

Row = dict[str, Any]

LAYERS = ("bronze", "silver", "gold")


def measure_tables(flow_run_id: str, measured_at: datetime) -> tuple[list[Row], list[Row]]:
    """The current metrics of all tables, as rows of `ops.table_metrics` and `ops.column_metrics`.

    `measured_at` is the run's time, so that measuring again for the same run gives the same keys.
    """
    tables: list[Row] = []
    columns: list[Row] = []
    for schema_name, table_name, table in layer_tables():
        if table.current_snapshot() is None:
            continue
        key: Row = {
            "flow_run_id": flow_run_id,
            "measured_at": measured_at,
            "schema_name": schema_name,
            "table_name": table_name,
        }
        tables.append(key | totals(table))
        columns += [key | counts for counts in _count_values(table)]
    return tables, columns


def layer_tables() -> Iterator[tuple[str, str, Table]]:
    """Yield schema, name and table of all tables of the layers."""
    found = open_catalog()
    for layer in LAYERS:
        try:
            names = found.list_tables(layer)
        except NoSuchNamespaceError:
            names = []
        for name in names:
            yield layer, name[-1], found.load_table(name)


def totals(table: Table) -> Row:
    """Rows, files, bytes and time of a table's current snapshot; empty if it has none."""
    snapshot = table.current_snapshot()
    return snapshot_totals(snapshot) if snapshot else {}


def snapshot_totals(snapshot: Snapshot) -> Row:
    """Rows, files, bytes and time of a snapshot; empty if its writer did not count them."""
    if snapshot.summary is None:
        return {}
    return {
        "row_count": int(snapshot.summary["total-records"] or 0),
        "file_count": int(snapshot.summary["total-data-files"] or 0),
        "size_bytes": int(snapshot.summary["total-files-size"] or 0),
        "committed_at": datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC),
    }


def _count_values(table: Table) -> Iterator[dict[str, Any]]:
    """Yield column name, value count (including nulls) and null count, summed over the table's files."""
    if is_empty(table):
        return
    metrics = table.inspect.data_files().select(["readable_metrics"]).flatten().flatten()
    for field in table.schema().fields:
        values = pc.sum(metrics[f"readable_metrics.{field.name}.value_count"]).as_py()
        # Files have no metrics for nested columns, nor for columns that they lack.
        if values is not None:
            nulls = pc.sum(metrics[f"readable_metrics.{field.name}.null_value_count"]).as_py()
            yield {"column_name": field.name, "value_count": values, "null_count": nulls or 0}
