"""Records of the quarantine as lines of text, personal values masked."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from larder.alerts import masking
from larder.errors import LarderError
from larder.ops.artifacts import read_artifact
from larder.ops.lineage import Lineage
from larder.quarantine.schema import State
from larder.quarantine.selection import Filter, select_records

Row = dict[str, Any]

LISTED = ("record_id", "resource", "rule", "column_name", "reason", "last_seen_at", "state")
LABEL = 15  # characters


def describe_all(wanted: Filter, state: str, limit: int) -> Iterator[str]:
    """A line per record, the latest first, and a last line with their number.

    Raises:
        LarderError: there is no such state.
    """
    states = get_args(State)
    if state not in (*states, "all"):
        raise LarderError(f"--state: there is no state {state}. Name one of {', '.join(states)}, or all.")
    found = wanted.read(None if state == "all" else state, LISTED)
    rows = (
        found.sort_by([("last_seen_at", "descending"), ("record_id", "ascending")])
        .slice(0, limit)
        .to_pylist()
    )
    lines = [_columns(row) for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    for cells in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
    more = f", of which the latest {limit} are listed" if found.num_rows > limit else ""
    yield f"{found.num_rows:,} record{'' if found.num_rows == 1 else 's'}{more}"


def describe_one(record_id: str, target: Path) -> Iterator[str]:
    """A record and its row, one value per line.

    Args:
        record_id: its id.
        target: dbt's target folder, whose manifest says which columns are personal.

    Raises:
        LarderError: there is no such record.
    """
    [row] = select_records([record_id]).to_pylist()
    yield _line("record", row["record_id"])
    yield _line("of", f"{row['table_name']}, source {row['source']}")
    yield _line("state", _state(row))
    yield _line("rule", " of ".join(filter(None, (row["rule"], row["column_name"]))))
    yield _line("reason", row["reason"])
    yield _line(
        "first seen", f"{row['first_seen_at']:%Y-%m-%d %H:%M:%S} UTC, business date {row['business_date']}"
    )
    yield _line("last seen", f"{row['last_seen_at']:%Y-%m-%d %H:%M:%S} UTC, run {row['run_id'] or 'unknown'}")
    try:
        known = masking.columns(Lineage(read_artifact(target, "manifest")))
    except LarderError as error:
        known = masking.Columns(frozenset(), frozenset())
        yield _line("masked", f"all values, since the project's columns are not known: {error}")
    yield from _values(row, known)


def _columns(row: Row) -> list[str]:
    rule = " ".join(filter(None, (row["rule"], row["column_name"])))
    seen = f"{row['last_seen_at']:%Y-%m-%d %H:%M}"
    return [row["record_id"], row["resource"], row["state"], rule, seen, row["reason"]]


def _state(row: Row) -> str:
    if row["closed_at"] is None:
        return str(row["state"])
    note = f": {row['note']}" if row["note"] else ""
    return f"{row['state']} at {row['closed_at']:%Y-%m-%d %H:%M:%S} UTC{note}"


def _values(row: Row, known: masking.Columns) -> Iterator[str]:
    """The row's values, the key's first."""
    payload = json.loads(row["payload_json"])
    key = json.loads(row["key_json"]) if row["key_json"] else {}
    values = masking.mask_record(payload, known)
    width = max(map(len, values), default=0)
    for name in sorted(values, key=lambda one: one not in key):
        yield f"    {name:<{width}}  {values[name]}{'  (key)' if name in key else ''}"


def _line(label: str, words: str) -> str:
    return f"{label:<{LABEL}}{words}"
