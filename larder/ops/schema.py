"""The tables of the namespace `ops`: what happened in each run, as its tools wrote it down. Append-only.

Each table gets `_loaded_at`, `_business_date` and `_dlt_load_id` beside these columns, as in Bronze. Times
are UTC. Columns whose names end in `_json` hold JSON.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from larder.lake.catalog import catalog
from larder.lake.tables import ensure
from larder.landing import contract
from larder.landing.feed import PARTITION, Feed

OPS = "ops"

# Column names to dlt's names of data types.
Types = dict[str, str]

# A run of a flow. `clock_offset_seconds` leads from the machine's clock to the business's (the demo
# retailer's).
FLOW_RUNS: Types = {
    "flow_run_id": "text", "flow_name": "text", "run_name": "text", "business_date": "date",
    "outcome": "text", "failed_step": "text", "error": "text", "is_full_refresh": "bool",
    "clock_offset_seconds": "bigint", "started_at": "timestamp", "finished_at": "timestamp",
}  # fmt: skip

# A dbt command that wrote artifacts: `build`, `source freshness`, `test` of the anomaly monitors.
DBT_INVOCATIONS: Types = {
    "invocation_id": "text", "flow_run_id": "text", "command": "text", "dbt_version": "text",
    "project_name": "text", "target_name": "text", "selection_json": "text", "elapsed_seconds": "double",
    "is_full_refresh": "bool", "started_at": "timestamp", "finished_at": "timestamp",
}  # fmt: skip

# What became of a node in an invocation. `failure_count` is a test's; `status` is dbt's own word.
DBT_RUN_RESULTS: Types = {
    "invocation_id": "text", "flow_run_id": "text", "unique_id": "text", "status": "text", "message": "text",
    "failure_count": "bigint", "compiled_code": "text", "thread_name": "text", "execution_seconds": "double",
    "compile_started_at": "timestamp", "compile_finished_at": "timestamp", "execute_started_at": "timestamp",
    "execute_finished_at": "timestamp", "finished_at": "timestamp",
}  # fmt: skip

# Rows that broke a test's claim, personal data masked: `row_json` is one row, column names to values.
DBT_FAILURE_SAMPLES: Types = {
    "invocation_id": "text", "unique_id": "text", "row_number": "bigint", "row_json": "text",
    "finished_at": "timestamp",
}  # fmt: skip

# What `dbt source freshness` found of a source table.
DBT_SOURCE_FRESHNESS: Types = {
    "invocation_id": "text", "flow_run_id": "text", "unique_id": "text", "status": "text", "error": "text",
    "age_seconds": "double", "warn_after_seconds": "bigint", "error_after_seconds": "bigint",
    "max_loaded_at": "timestamp", "snapshotted_at": "timestamp",
}  # fmt: skip

# The manifest's nodes, sources and exposures; a row is added when a node changed (`checksum` is of all its
# row) or has gone (`is_current` is false). `resource_type`: model, snapshot, seed, test, source, exposure.
# The columns of tests are null elsewhere, and so on.
DBT_NODES: Types = {
    "unique_id": "text", "checksum": "text", "resource_type": "text", "package_name": "text", "name": "text",
    "alias": "text", "database_name": "text", "schema_name": "text", "source_name": "text",
    "materialization": "text", "incremental_strategy": "text", "unique_key_json": "text", "path": "text",
    "patch_path": "text", "description": "text", "owner": "text", "ready_by": "text", "tags_json": "text",
    "meta_json": "text", "depends_on_nodes_json": "text", "depends_on_macros_json": "text",
    "test_name": "text", "test_namespace": "text", "test_arguments_json": "text", "test_column_name": "text",
    "tested_node": "text", "severity": "text", "warn_if": "text", "error_if": "text",
    "freshness_json": "text", "loaded_at_field": "text", "exposure_type": "text", "maturity": "text",
    "label": "text", "url": "text", "owner_email": "text", "is_current": "bool", "generated_at": "timestamp",
}  # fmt: skip

# What one dlt load brought into one Bronze table.
DLT_LOADS: Types = {
    "load_id": "text", "flow_run_id": "text", "source": "text", "table_name": "text", "row_count": "bigint",
    "file_count": "bigint", "size_bytes": "bigint", "started_at": "timestamp", "finished_at": "timestamp",
}  # fmt: skip

# A table as it was after a run, from Iceberg's metadata alone.
TABLE_METRICS: Types = {
    "flow_run_id": "text", "schema_name": "text", "table_name": "text", "row_count": "bigint",
    "file_count": "bigint", "size_bytes": "bigint", "committed_at": "timestamp", "measured_at": "timestamp",
}  # fmt: skip

# How many values of a column there were after a run, and how many of them null, from the files' metadata.
COLUMN_METRICS: Types = {
    "flow_run_id": "text", "schema_name": "text", "table_name": "text", "column_name": "text",
    "value_count": "bigint", "null_count": "bigint", "measured_at": "timestamp",
}  # fmt: skip

# What became of an incident: `event` is opened, seen again (on a later business date), notified, closed or
# closing notified. An incident is open until it is closed. `receiver` is who was notified, else empty.
# `alert_text` is the whole alert, masked. The `summary` of
# closed is what is wrong instead, where something is.
INCIDENT_EVENTS: Types = {
    "incident_id": "text", "event": "text", "receiver": "text", "kind": "text", "subject": "text",
    "summary": "text", "alert_text": "text", "owner": "text", "flow_run_id": "text", "business_date": "date",
    "happened_at": "timestamp",
}  # fmt: skip

# Key and cursor of each table: what is there already is not appended again.
TABLES: dict[str, tuple[Types, tuple[str, ...], str | None]] = {
    "flow_runs": (FLOW_RUNS, ("flow_run_id",), "finished_at"),
    "dbt_invocations": (DBT_INVOCATIONS, ("invocation_id",), "finished_at"),
    "dbt_run_results": (DBT_RUN_RESULTS, ("invocation_id", "unique_id"), "finished_at"),
    "dbt_failure_samples": (
        DBT_FAILURE_SAMPLES,
        ("invocation_id", "unique_id", "row_number"),
        "finished_at",
    ),
    "dbt_source_freshness": (
        DBT_SOURCE_FRESHNESS,
        ("invocation_id", "unique_id"),
        "snapshotted_at",
    ),
    "dbt_nodes": (DBT_NODES, ("unique_id", "checksum"), None),
    "dlt_loads": (DLT_LOADS, ("flow_run_id", "table_name"), "finished_at"),
    "table_metrics": (TABLE_METRICS, ("flow_run_id", "schema_name", "table_name"), "measured_at"),
    "column_metrics": (
        COLUMN_METRICS,
        ("flow_run_id", "schema_name", "table_name", "column_name"),
        "measured_at",
    ),
    "incident_events": (
        INCIDENT_EVENTS,
        ("incident_id", "event", "receiver", "business_date"),
        "happened_at",
    ),
}


def ensure_tables() -> None:
    """Make the tables of `ops` where they are missing, so that models over them build before any run."""
    catalog().create_namespace_if_not_exists(OPS)
    there = {name for _, name in catalog().list_tables(OPS)}
    for table in TABLES.keys() - there:
        ensure(table, feed(table, []).schema(), PARTITION, OPS)


def feed(table: str, rows: list[dict[str, Any]]) -> Feed:
    """Rows of a table as a feed, less those that it holds already.

    Raises:
        pyarrow.ArrowException: a value is of another type than its column.
    """
    types, key, cursor = TABLES[table]
    columns = contract.columns_of(types)
    found = pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))

    def units(_: object) -> Iterator[list[pa.Table]]:
        yield from [[found]] if rows else []

    return Feed(table, columns, key, units, cursor, namespace=OPS, only_new_rows=cursor is None)
