"""Replay records of the quarantine: their rows take the way into Bronze again, with changed values if wanted.

The source's declaration is read, its rows are not. A replay that is killed before it closes a record leaves
the row in Bronze; the next replay or ingest finds it there, and closes the record.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import dlt
import pyarrow as pa

from larder.errors import LarderError
from larder.lake import tables
from larder.lake.lease import Lease
from larder.landing import load
from larder.landing.checks.gate import Run
from larder.landing.declared import Declaration, read_declaration
from larder.landing.destination import pipeline, working_folder
from larder.landing.errors import in_one_line
from larder.landing.feed import ADDED, PARTITION, Feed
from larder.landing.plan import plan_feeds
from larder.landing.replays.come_good import close_come_good
from larder.landing.replays.replayed_feed import find_present, to_replayed
from larder.landing.replays.replayed_rows import (
    Problem,
    Record,
    Row,
    find_obstacle,
    join_reasons,
    parse_changes,
    to_row,
)
from larder.landing.replays.replayed_values import Shape
from larder.landing.session import loading
from larder.landing.sources import Source
from larder.quarantine import records
from larder.quarantine.schema import OPEN, REJECTS

# Records that one load replays: their rows are in memory.
AT_ONCE = 20_000
# The source of these rows in the load log: that a source answers is not known from a replay.
LOGGED_AS = "quarantine"


@dataclass(frozen=True)
class Outcome:
    """What has become of a record. If it is still open, `problem` says why."""

    record_id: str
    state: str
    problem: str = ""


@dataclass(frozen=True)
class _Target:
    """The table that rows are replayed into, and how its source is loaded."""

    pipe: dlt.Pipeline
    declared: Declaration
    feed: Feed
    shape: Shape
    business_date: date


def replay(
    source: Source, table: str, record_ids: Sequence[str], changes: Mapping[str, str], business_date: date
) -> Iterator[Outcome]:
    """Replay records of a table, and yield what has become of each.

    A record whose row is accepted, or already in Bronze, is closed. One that breaks a rule again stays open,
    with its new reason.

    Args:
        source: the source that the table is loaded from.
        table: the Bronze table.
        record_ids: the records; those that are closed already stay as they are.
        changes: values to set first, by column; as `larder quarantine replay --set` takes them.
        business_date: the date that is stamped on the rows.

    Raises:
        LarderError: the source has no such table any more or replaces it whole, or there is no such column.
    """
    folder = working_folder(source.name)
    with load.lock(source.name) as held, folder, in_one_line(source.name, source), loading():
        target = _find_target(source, table, business_date, held)
        close_come_good(source.name, table, table, target.feed.key, target.feed.cursor)
        for start in range(0, len(record_ids), AT_ONCE):
            yield from _replay_some(target, record_ids[start : start + AT_ONCE], changes)


def _find_target(source: Source, table: str, business_date: date, held: Lease) -> _Target:
    opened, pipe = source.open(), pipeline(source.name, before_commit=held.check)
    resources = [one for one in opened.resources.selected.values() if one.write_disposition != "skip"]
    declarations = {one.table: one for one in (read_declaration(source.name, each) for each in resources)}
    declared = declarations.get(table)
    if declared is None:
        raise LarderError(
            f"{table}: the source {source.name} no longer has this table. "
            f"Discard its records: `larder quarantine list --resource {table}`"
        )
    if declared.disposition == "replace":
        raise LarderError(
            f"{table}: each ingest replaces all of its rows, so a replayed row would be lost with the next. "
            f"Fix it in the source, or discard the record."
        )
    # It is opened once: that may begin a transaction.
    steps = plan_feeds(Source(source.name, lambda: opened, {}), pipe, Run(business_date))
    [feed] = [one for step in steps for one in step if one.table == table]
    bronze = tables.schema(table)
    beyond = {} if bronze is None else {one.name: one.type for one in bronze if one.name not in ADDED}
    shape = Shape(
        declared=declared.columns,
        beyond={name: kind for name, kind in beyond.items() if name not in declared.columns},
        json_columns=declared.json_columns,
        optional=frozenset(declared.optional),
    )
    return _Target(pipe, declared, feed, shape, business_date)


def _replay_some(target: _Target, record_ids: Sequence[str], changes: Mapping[str, str]) -> list[Outcome]:
    found = records.read(record_ids=record_ids).to_pylist()
    waiting = {one["record_id"]: one for one in found if one["state"] == OPEN}
    sent = {name for one in waiting.values() for name in json.loads(one["payload_json"])}
    values = parse_changes(changes, target.shape, sent, target.feed.table) if waiting else {}
    obstacles = {name: find_obstacle(one, values, target.shape) for name, one in waiting.items()}
    problems = {name: one for name, one in obstacles.items() if one}
    rows = {name: to_row(one, values, target.shape) for name, one in waiting.items() if name not in problems}
    present: set[str] = set()
    if rows:
        present, rejected = _load(target, rows)
        problems |= rejected
    accepted = waiting.keys() - problems.keys() - present
    records.close(sorted(accepted), "replayed", f"with {', '.join(values)} set" if values else "")
    records.close(sorted(present), "replayed", f"bronze.{target.feed.table} had this version or a later one")
    _keep_open([(waiting[name], problem) for name, problem in problems.items()], values)
    return [
        Outcome(name, OPEN, problems[name].reason)
        if name in problems
        else Outcome(name, "replayed" if name in waiting else one["state"])
        for one in found
        for name in [one["record_id"]]
    ]


def _load(target: _Target, rows: Mapping[str, Row]) -> tuple[set[str], dict[str, Problem]]:
    """Load rows, by their records; returns which Bronze has already, and the problems of those rejected."""
    started_at = datetime.now(UTC)
    replayed = to_replayed(target.declared, target.shape, rows)
    present = find_present(target.feed, replayed)
    if not (new := replayed.without(present)).parts:
        return present, {}
    feed, rejects = new.to_feed(target.feed)
    infos = load.load(target.pipe, [feed], target.business_date)
    tables.ensure(feed.table, target.feed.schema(), PARTITION)
    load.log(load.summarize(LOGGED_AS, [feed], [], infos, started_at), target.business_date)
    return present, new.find_problems(rejects)


def _keep_open(found: Sequence[tuple[Record, Problem]], changes: Row) -> None:
    """Note why records are rejected again."""
    now = datetime.now(UTC)
    rows = [
        record
        | {"rule": one.rule, "column_name": one.column, "seen_at": now}
        | {"reason": join_reasons(one.reason, record["reason"], changes)}
        for record, one in found
    ]
    records.note(pa.Table.from_pylist(rows, pa.schema(list(REJECTS.items()))))
