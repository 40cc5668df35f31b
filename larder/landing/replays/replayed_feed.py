"""A feed of replayed rows, which finds out which of them are in Bronze already, and which are rejected."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa

from larder.landing.checks.duplicates import Duplicates
from larder.landing.checks.gate import Counts
from larder.landing.checks.payload import to_payloads
from larder.landing.conversion.arrow import to_batches
from larder.landing.conversion.batch import Batch
from larder.landing.declared import Declaration
from larder.landing.feed import Feed
from larder.landing.replays.bronze_lookup import Columns, find_in_bronze, quote
from larder.landing.replays.replayed_rows import Problem, Row
from larder.landing.replays.replayed_values import Shape
from larder.quarantine.schema import TIME


@dataclass(frozen=True)
class Part:
    """A batch, and for each row its record and its payload as the gate writes it if it rejects the row."""

    batch: Batch
    record_ids: list[str]
    payloads: list[str]

    def without(self, record_ids: set[str]) -> "Part":
        """The rows of other records."""
        places = [place for place, name in enumerate(self.record_ids) if name not in record_ids]
        return Part(
            self.batch.take(pa.array(places, pa.int64())),
            [self.record_ids[place] for place in places],
            [self.payloads[place] for place in places],
        )


@dataclass(frozen=True)
class Replayed:
    """The rows of some records, and the columns of their table."""

    columns: dict[str, pa.DataType]
    parts: tuple[Part, ...]

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield the record and the payload of each row."""
        for part in self.parts:
            yield from zip(part.record_ids, part.payloads, strict=True)

    def without(self, record_ids: set[str]) -> "Replayed":
        """The rows of other records."""
        kept = (part.without(record_ids) for part in self.parts)
        return Replayed(self.columns, tuple(part for part in kept if part.record_ids))

    def to_feed(self, feed: Feed) -> tuple[Feed, list[pa.Table]]:
        """These rows as a feed like that of a regular load, and the list that its gate adds rejects to.

        No rule stops the load: each row is judged by itself. Where rows have versions, or are always new to
        Bronze, `find_present` has found those that it has.
        """
        rejects: list[pa.Table] = []
        gate = replace(
            feed.gate,
            rules=tuple(replace(rule, stops=False) for rule in feed.gate.rules),
            settings=replace(feed.gate.settings, max_rejected_share=1.0, type_stops=False),
            duplicates=feed.gate.duplicates and Duplicates(feed.key, feed.cursor, is_ordered=False),
            counts=Counts(),
            set_aside=rejects.append,
            _reasons={},
            _rejects=[],
        )
        changed = replace(
            feed,
            columns=self.columns,
            units=lambda since, known: iter([[part.batch for part in self.parts]]),
            gate=gate,
            only_new_rows=feed.only_new_rows or feed.cursor is not None,
            _next=[],
        )
        return changed, rejects

    def find_problems(self, rejects: list[pa.Table]) -> dict[str, Problem]:
        """The problems of the records whose rows were rejected."""
        found = {
            one["payload_json"]: Problem(one["rule"], one["column_name"], one["reason"])
            for table in rejects
            for one in table.select(["payload_json", "rule", "column_name", "reason"]).to_pylist()
        }
        return {name: found[payload] for name, payload in self.rows() if payload in found}


def to_replayed(declared: Declaration, shape: Shape, rows: Mapping[str, Row]) -> Replayed:
    """Rows, by their records, as batches."""
    # A payload writes a column with infinite numbers as text, also its other numbers: such a row is alone.
    alone = {name for name, row in rows.items() if any(map(_is_infinite, row.values()))}
    groups = [[name for name in rows if name not in alone], *([name] for name in alone)]
    # Payloads have Bronze's names, and JSON as text already.
    contract = replace(declared, columns=shape.columns(), json_columns=frozenset(), renamed={}, optional=())
    parts = []
    for group in filter(None, groups):
        [batch] = to_batches([rows[name] for name in group], contract)
        parts.append(Part(batch, group, to_payloads(batch.rows, batch.originals).to_pylist()))
    return Replayed(contract.columns, tuple(parts))


def find_present(feed: Feed, replayed: Replayed) -> set[str]:
    """The records whose version Bronze has already; of rows that are merged, this version or a later one.

    Without versions, a feed compares whole rows itself, unless its rows are always new.
    """
    if feed.cursor is None and not feed.only_new_rows:
        return set()
    names, payloads = zip(*replayed.rows(), strict=True)
    waiting = pa.table(
        {
            "record_id": pa.array(names, pa.string()),
            "key_json": pa.array(payloads, pa.string()),
            "payload_json": pa.array(payloads, pa.string()),
            "rule": pa.nulls(len(names), pa.string()),
            "last_seen_at": pa.repeat(pa.scalar(datetime.now(UTC), TIME), len(names)),
        }
    )
    conditions, bounds = [], {}
    if feed.cursor:
        compared = ">=" if feed.disposition == "merge" else "="
        conditions.append(f"loaded.{quote(feed.cursor)} {compared} __version")
        bounds[feed.cursor] = "min(__version)"
    return set(find_in_bronze(waiting, feed.table, Columns(feed.key, feed.cursor), conditions, bounds))


def _is_infinite(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
