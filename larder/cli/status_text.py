"""The status as lines of text."""

import json
from collections.abc import Iterator
from datetime import date

from larder.ops.ledger import Row
from larder.ops.status import Status

SHOWN = 8  # at most this many names in a line
KINDS = {"source": "source table", "model": "model", "snapshot": "snapshot"}


def describe(status: Status) -> Iterator[str]:
    """A line for the date and the last run, then a paragraph for each kind of thing to do, with a remedy."""
    yield f"Business date {status.business_date}{_describe_run(status.last_run)}"
    parts = (_gaps, _late, _stale, _unbuilt, _failed_runs, _unpublished, _backfills, _unmade)
    paragraphs = [lines for part in parts if (lines := list(part(status)))]
    for lines in paragraphs:
        yield ""
        yield from lines
    if not paragraphs:
        yield "Everything is loaded, built and published by the project's code as it is now."


def _describe_run(run: Row | None) -> str:
    if run is None:
        return "; no run is recorded yet"
    failed = f" at {run['failed_step']}" if run["failed_step"] else ""
    return f"; last run: {run['run_name']}, {run['outcome']}{failed} {run['finished_at']:%Y-%m-%d %H:%M} UTC"


def _gaps(status: Status) -> Iterator[str]:
    """Nodes with the same missing dates share a line."""
    groups: dict[tuple[str, date, date, bool], list[str]] = {}
    for gap in status.gaps:
        key = (gap["resource_type"], gap["first_date"], gap["last_date"], gap["has_failed"])
        groups.setdefault(key, []).append(gap["name"])
    if groups:
        first = min(gap["first_date"] for gap in status.gaps)
        last = max(gap["last_date"] for gap in status.gaps)
        yield f"Gaps: fill them with `larder backfill --from {first} --to {last}`"
    for (kind, since, until, has_failed), names in groups.items():
        why = "failed" if has_failed else "not loaded" if kind == "source" else "not built"
        yield f"  {_dates(since, until)}  {_count(len(names), KINDS[kind])} {why}: {_list(names)}"


def _late(status: Status) -> Iterator[str]:
    groups: dict[tuple[date, str, str], list[str]] = {}
    for late in status.late:
        groups.setdefault((late["business_date"], late["ready_by"], late["cause"]), []).append(late["name"])
    if groups:
        yield "Late: `larder run` makes them ready"
    for (day, ready_by, cause), names in groups.items():
        yield f"  {day} was due at {ready_by}: {_count(len(names), 'table')} ({cause}): {_list(names)}"


def _stale(status: Status) -> Iterator[str]:
    own = [row for row in status.stale if row["is_own_change"]]
    inherited = [row for row in status.stale if not row["is_own_change"]]
    if not status.stale:
        return
    first = min(row["first_date"] for row in status.stale)
    last = max(row["last_date"] for row in status.stale)
    yield f"Made by older code: make them again with `larder backfill --from {first} --to {last}`"
    for row in own:
        remedy = f"; `larder snapshots rebuild {row['name']}`" if row["build_scope"] == "history" else ""
        yield f"  {_dates(row['first_date'], row['last_date'])}  {row['name']}{remedy}"
    if inherited:
        names = [row["name"] for row in inherited]
        yield f"  and downstream of changes: {_count(len(names), 'model')}: {_list(names)}"


def _unbuilt(status: Status) -> Iterator[str]:
    if status.unbuilt:
        yield "New, and in no run yet: `larder run` builds them"
        yield f"  {_list(status.unbuilt)}"


def _failed_runs(status: Status) -> Iterator[str]:
    if status.failed_runs:
        yield "Failed runs: fix the cause, then run the date again"
    for run in status.failed_runs:
        yield f"  {run['run_name']}, at {run['failed_step'] or 'start'}: {run['error']}"


def _unpublished(status: Status) -> Iterator[str]:
    if status.unpublished:
        yield "Not published: readers have what was there before"
    for one in status.unpublished:
        why = f": {one['message']}" if one["message"] else ""
        since = f"{one['state']} {one['happened_at']:%Y-%m-%d %H:%M} UTC"
        yield f"  {one['business_date'] or 'by hand'}, {since}{why}"


def _backfills(status: Status) -> Iterator[str]:
    if status.backfills:
        yield "Backfills that did not end: the same command again does the rest"
    for one in status.backfills:
        request = json.loads(one["request_json"])
        selected = f" --select {' '.join(request['select'])}" if request["select"] else ""
        yield f"  larder backfill --from {request['first']} --to {request['last']}{selected}"


def _unmade(status: Status) -> Iterator[str]:
    if status.unmade:
        yield "No model makes these tables any more: drop them once nobody reads them"
        yield f"  {', '.join(status.unmade)}"


def _dates(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _list(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
