"""The backfills of selected models that were begun, in `ops.backfills`.

One that did not finish goes on where it was when the same is asked for again: the ledger has what it did.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from larder.lake import tables
from larder.ops import schema
from larder.ops.schema import OPS

TABLE = "backfills"
NO_LOAD = ""  # these rows are not loaded by dlt


@dataclass(frozen=True)
class Backfill:
    """A backfill that has begun and not finished; `request` is what was asked for, as JSON."""

    backfill_id: str
    request: str
    begun_at: datetime


def find_open(request: str) -> Backfill | None:
    """The unfinished backfill of the same request, if there is one."""
    schema.ensure_tables()
    found = tables.rows_where(TABLE, tables.ALL, ("backfill_id", "state", "request_json", "at"), OPS)
    rows = found.to_pylist() if found else []
    finished = {row["backfill_id"] for row in rows if row["state"] == "finished"}
    for row in rows:
        if row["request_json"] == request and row["backfill_id"] not in finished:
            return Backfill(row["backfill_id"], request, row["at"])
    return None


def begin(request: str, business_date: date, flow_run_id: str) -> Backfill:
    """Record that a backfill begins, unless one of the same request has; returns it."""
    if known := find_open(request):
        return known
    now = datetime.now(UTC)
    backfill_id = hashlib.sha256(f"{request} {now}".encode()).hexdigest()[:16]
    new = Backfill(backfill_id, request, now)
    _append(new, "begun", now, business_date, flow_run_id)
    return new


def finish(one: Backfill, business_date: date, flow_run_id: str) -> None:
    """Record that a backfill has finished."""
    _append(one, "finished", datetime.now(UTC), business_date, flow_run_id)


def _append(one: Backfill, state: str, at: datetime, business_date: date, flow_run_id: str) -> None:
    row = {
        "backfill_id": one.backfill_id,
        "flow_run_id": flow_run_id,
        "state": state,
        "request_json": one.request,
        "at": at,
        "_loaded_at": at,
        "_business_date": business_date,
        "_dlt_load_id": NO_LOAD,
    }
    columns = schema.feed(TABLE, []).schema()
    tables.append(TABLE, pa.Table.from_pylist([row], schema=columns), OPS)
