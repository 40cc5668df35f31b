"""Rows in the tables of `ops` and Bronze's load log, as runs would add them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import append
from larder.landing import contract
from larder.ops import ledger, schema
from larder.ops.schema import OPS

STAMP = datetime(2017, 12, 29, 5, 0, tzinfo=UTC)


def add(table: str, *rows: dict[str, Any], day: date, loaded_at: datetime = STAMP) -> None:
    """Append rows to a table of `ops`, which exists; values left out are empty or null."""
    columns = schema.feed(table, []).schema()
    empty = {
        field.name: "" if pa.types.is_string(field.type) and not field.nullable else None for field in columns
    }
    stamps = {"_loaded_at": loaded_at, "_business_date": day, "_dlt_load_id": "1"}
    append(table, pa.Table.from_pylist([empty | stamps | row for row in rows], schema=columns), OPS)


def add_load(table: str, day: date, at: datetime) -> None:
    """Log a load of a Bronze table."""
    open_catalog().create_namespace_if_not_exists(BRONZE)
    columns = pa.schema(list(contract.parse_columns(ledger.LOAD_LOG).items()))
    row = {"source": "shop", "table_name": table, "row_count": 1, "business_date": day}
    rows = [row | {"started_at": at, "finished_at": at}]
    append("load_log", pa.Table.from_pylist(rows, schema=columns))


def add_nodes(*nodes: dict[str, Any], day: date) -> None:
    """Record nodes of the project `larder`."""
    current = {"is_current": True, "package_name": "larder", "generated_at": STAMP, "tags_json": "[]"}
    add("dbt_nodes", *(current | {"checksum": "1"} | node for node in nodes), day=day)


def add_build(
    run: str,
    day: date,
    results: dict[str, str],
    *,
    at: datetime,
    flow: str = "daily",
    versions: dict[str, tuple[str, str]] | None = None,
    window: tuple[date, date] | None = None,
    is_full: bool = False,
) -> None:
    """Record a run with a `dbt build`.

    Args:
        run: the run's id.
        day: its business date.
        results: dbt's status by unique id.
        at: when it ended.
        flow: the flow's name.
        versions: the versions of code and lineage by unique id; null for others.
        window: the first and last days of its event-time window.
        is_full: whether it was a full refresh.
    """
    has_failed = not set(results.values()) <= {"success", "pass", "warn"}
    began = at - timedelta(seconds=60)
    add(
        "flow_runs",
        {"flow_run_id": run, "flow_name": flow, "run_name": f"{flow} {day}", "business_date": day}
        | {"outcome": "failed" if has_failed else "completed", "clock_offset_seconds": 0}
        | {"failed_step": "dbt build" if has_failed else None, "error": "it broke" if has_failed else None}
        | {"is_full_refresh": is_full, "started_at": began, "finished_at": at},
        day=day,
    )
    first, last = window or (None, None)
    add(
        "dbt_invocations",
        {"invocation_id": run, "flow_run_id": run, "project_name": "larder", "command": "build"}
        | {"window_from": first, "window_to": last + timedelta(days=1) if last else None}
        | {"is_full_refresh": is_full, "elapsed_seconds": 30.0, "started_at": began, "finished_at": at},
        day=day,
    )
    add(
        "dbt_run_results",
        *(
            {"invocation_id": run, "flow_run_id": run, "unique_id": name, "status": status, "finished_at": at}
            | dict(zip(("code_version", "lineage_version"), (versions or {}).get(name, ()), strict=False))
            | {"execution_seconds": 10.0, "execute_finished_at": at}
            for name, status in results.items()
        ),
        day=day,
    )
