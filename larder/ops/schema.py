"""The tables of the namespace `ops`, the record of each run. Append-only.

Each table also gets `_loaded_at`, `_business_date` and `_dlt_load_id`, as in Bronze. Times are UTC. Columns
whose names end in `_json` hold JSON.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from larder import clock
from larder.lake.catalog import open_catalog
from larder.lake.tables import ensure
from larder.landing import contract
from larder.landing.checks.declared_rules import GateSettings
from larder.landing.checks.gate import Gate, Origin, Run
from larder.landing.conversion.batch import Batch
from larder.landing.feed import PARTITION, Feed
from larder.quarantine import schema as quarantine

OPS = "ops"

# Column names to dlt's names of data types.
Types = dict[str, str]

# A run of a flow. `clock_offset_seconds` is the business clock (the demo retailer's) minus the machine's.
FLOW_RUNS: Types = {
    "flow_run_id": "text", "flow_name": "text", "run_name": "text", "business_date": "date",
    "outcome": "text", "failed_step": "text", "error": "text", "is_full_refresh": "bool",
    "clock_offset_seconds": "bigint", "started_at": "timestamp", "finished_at": "timestamp",
}  # fmt: skip

# A dbt command that wrote artifacts: `build`, `source freshness`, `test` of the anomaly monitors. Its
# event-time window, if it has one, begins on `window_from` and ends before `window_to`.
DBT_INVOCATIONS: Types = {
    "invocation_id": "text", "flow_run_id": "text", "command": "text", "dbt_version": "text",
    "project_name": "text", "target_name": "text", "selection_json": "text", "elapsed_seconds": "double",
    "is_full_refresh": "bool", "window_from": "date", "window_to": "date", "started_at": "timestamp",
    "finished_at": "timestamp",
}  # fmt: skip

# The result of a node in an invocation. `failure_count` is for tests; `status` is dbt's. `code_version` and
# `lineage_version` are those of a model or snapshot (`larder/ops/code_versions.py`).
DBT_RUN_RESULTS: Types = {
    "invocation_id": "text", "flow_run_id": "text", "unique_id": "text", "status": "text", "message": "text",
    "failure_count": "bigint", "code_version": "text", "lineage_version": "text", "compiled_code": "text",
    "thread_name": "text", "execution_seconds": "double",
    "compile_started_at": "timestamp", "compile_finished_at": "timestamp", "execute_started_at": "timestamp",
    "execute_finished_at": "timestamp", "finished_at": "timestamp",
}  # fmt: skip

# Rows that failed a test, personal data masked: `row_json` is one row, column names to values.
DBT_FAILURE_SAMPLES: Types = {
    "invocation_id": "text", "unique_id": "text", "row_number": "bigint", "row_json": "text",
    "finished_at": "timestamp",
}  # fmt: skip

# The result of `dbt source freshness` for a source table.
DBT_SOURCE_FRESHNESS: Types = {
    "invocation_id": "text", "flow_run_id": "text", "unique_id": "text", "status": "text", "error": "text",
    "age_seconds": "double", "warn_after_seconds": "bigint", "error_after_seconds": "bigint",
    "max_loaded_at": "timestamp", "snapshotted_at": "timestamp",
}  # fmt: skip

# The manifest's nodes, sources and exposures. A row is added when a node changes (`checksum` covers the whole
# row) or is removed (`is_current` is false). `resource_type`: model, snapshot, seed, test, source, exposure.
# `build_scope` is what one build makes of a model: `whole`, `dates`, `new_rows` or `history`. Columns that do
# not apply to a resource type are null.
DBT_NODES: Types = {
    "unique_id": "text", "checksum": "text", "resource_type": "text", "package_name": "text", "name": "text",
    "alias": "text", "database_name": "text", "schema_name": "text", "source_name": "text",
    "materialization": "text", "incremental_strategy": "text", "build_scope": "text",
    "unique_key_json": "text", "path": "text",
    "patch_path": "text", "description": "text", "owner": "text", "ready_by": "text", "tags_json": "text",
    "meta_json": "text", "depends_on_nodes_json": "text", "depends_on_macros_json": "text",
    "test_name": "text", "test_namespace": "text", "test_arguments_json": "text", "test_column_name": "text",
    "tested_node": "text", "severity": "text", "warn_if": "text", "error_if": "text",
    "freshness_json": "text", "loaded_at_field": "text", "exposure_type": "text", "maturity": "text",
    "label": "text", "url": "text", "owner_email": "text", "is_current": "bool", "generated_at": "timestamp",
}  # fmt: skip

# What one dlt load added to one Bronze table.
DLT_LOADS: Types = {
    "load_id": "text", "flow_run_id": "text", "source": "text", "table_name": "text", "row_count": "bigint",
    "file_count": "bigint", "size_bytes": "bigint", "started_at": "timestamp", "finished_at": "timestamp",
}  # fmt: skip

# A table's size after a run, from Iceberg's metadata alone.
TABLE_METRICS: Types = {
    "flow_run_id": "text", "schema_name": "text", "table_name": "text", "row_count": "bigint",
    "file_count": "bigint", "size_bytes": "bigint", "committed_at": "timestamp", "measured_at": "timestamp",
}  # fmt: skip

# A column's values and nulls after a run, from the files' metadata alone.
COLUMN_METRICS: Types = {
    "flow_run_id": "text", "schema_name": "text", "table_name": "text", "column_name": "text",
    "value_count": "bigint", "null_count": "bigint", "measured_at": "timestamp",
}  # fmt: skip

# The events of an incident: opened, seen again (on a later business date), notified, closed or closing
# notified. An incident is open until it is closed. `receiver` is who was notified, else empty. `alert_text`
# is the whole alert, masked. For closed, `summary` is the problem that replaced the incident, if any.
INCIDENT_EVENTS: Types = {
    "incident_id": "text", "event": "text", "receiver": "text", "kind": "text", "subject": "text",
    "summary": "text", "alert_text": "text", "owner": "text", "flow_run_id": "text", "business_date": "date",
    "happened_at": "timestamp",
}  # fmt: skip

# What was published: `building`, `begun`, then `published` or `refused`, see `larder/publication/record.py`.
# `tables_json` lists tables with the Iceberg snapshots before and after: {"table", "from_snapshot_id",
# "to_snapshot_id"}. A dbt command by hand has neither run nor date.
PUBLICATIONS: Types = {
    "publication_id": "text", "flow_run_id": "text", "business_date": "date", "invocation_id": "text",
    "state": "text", "tables_json": "text", "message": "text", "at": "timestamp",
}  # fmt: skip

# The backfills of dates that were asked for: `begun`, then `finished`. `request_json` is what was asked for.
BACKFILLS: Types = {
    "backfill_id": "text", "flow_run_id": "text", "state": "text", "request_json": "text", "at": "timestamp",
}  # fmt: skip

# Larder's own rows: none may be set aside.
STRICT = GateSettings(max_rejected_share=0)

# Columns, key and cursor of each table; rows with a known key are not appended again.
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
    "publications": (PUBLICATIONS, ("publication_id", "state"), "at"),
    "backfills": (BACKFILLS, ("backfill_id", "state"), "at"),
}


def ensure_tables() -> None:
    """Create the tables of `ops` and the quarantine, and columns of theirs, that are missing.

    Models may build before any run, and before the first run after an upgrade.
    """
    open_catalog().create_namespace_if_not_exists(OPS)
    for table in TABLES:
        ensure(table, feed(table, []).schema(), PARTITION, OPS)
    quarantine.ensure()


def feed(table: str, rows: list[dict[str, Any]]) -> Feed:
    """A feed of rows for a table, which skips those that the table already has.

    Raises:
        pyarrow.ArrowException: a value does not have its column's type.
    """
    types, key, cursor = TABLES[table]
    columns = contract.parse_columns(types)
    found = pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items())))

    def units(*_: object) -> Iterator[list[Batch]]:
        yield from [[Batch(found)]] if rows else []

    gate = Gate(Origin(OPS, table, Run(clock.current()), table, OPS), key, (), STRICT, None)
    return Feed(table, columns, key, units, gate, cursor, namespace=OPS, only_new_rows=cursor is None)
