"""The table `quarantine.records`: one row per rejected record. Times are UTC.

It is partitioned by state, so that what is still open is found without reading what was closed.
"""

from typing import Literal

import pyarrow as pa
from pyiceberg.table import Table

from larder.lake import tables
from larder.lake.catalog import open_catalog

NAMESPACE, RECORDS = "quarantine", "records"

Closing = Literal["resolved", "replayed", "discarded"]
State = Literal["open", "resolved", "replayed", "discarded"]
OPEN: State = "open"

TIME = pa.timestamp("us", "UTC")

# `record_id` is derived from source, resource and payload. `resource` is the table's name without its
# namespace. `key_json` has the key's columns, if they are known. `reason` names columns, never values.
# `payload_json` is the whole row. `business_date` is that of the first run that rejected the record.
COLUMNS: dict[str, pa.DataType] = {
    "record_id": pa.string(), "source": pa.string(), "resource": pa.string(), "table_name": pa.string(),
    "key_json": pa.string(), "rule": pa.string(), "column_name": pa.string(), "reason": pa.string(),
    "payload_json": pa.string(), "run_id": pa.string(), "business_date": pa.date32(), "first_seen_at": TIME,
    "last_seen_at": TIME, "state": pa.string(), "closed_at": TIME, "note": pa.string(),
}  # fmt: skip
NULLABLE = ("key_json", "column_name", "run_id", "closed_at", "note")
SCHEMA = pa.schema(pa.field(name, kind, nullable=name in NULLABLE) for name, kind in COLUMNS.items())

# A rejected row, as `records.note` takes it.
REJECTS: dict[str, pa.DataType] = {
    "source": pa.string(), "resource": pa.string(), "table_name": pa.string(), "key_json": pa.string(),
    "rule": pa.string(), "column_name": pa.string(), "reason": pa.string(), "payload_json": pa.string(),
    "run_id": pa.string(), "business_date": pa.date32(), "seen_at": TIME,
}  # fmt: skip


def ensure() -> Table:
    """The table; created if it is missing."""
    open_catalog().create_namespace_if_not_exists(NAMESPACE)
    return tables.ensure(RECORDS, SCHEMA, ["state"], NAMESPACE)


def find() -> Table | None:
    """The table, or None if nothing was ever rejected."""
    return tables.table(RECORDS, NAMESPACE)
