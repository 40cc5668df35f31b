"""Find what an incremental load cannot see: rows that the source deleted, and rows that came too late.

The keys that a source lists (see `comparison.py`) are compared with the live versions in Bronze. A row that
the source no longer has gets a tombstone: a version with the values of the last one, and `_is_deleted`.
Comparing again finds nothing, and after a killed load it finds the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from larder.errors import IngestError
from larder.lake.columnar import pc
from larder.landing.arrow_sql import among
from larder.landing.checks.duplicates import Duplicates
from larder.landing.conversion.batch import Batch
from larder.landing.feed import Feed
from larder.landing.repairs.changed_values import find_changed_values
from larder.landing.repairs.comparison import MAX_DELETED_ROWS, Comparison
from larder.landing.repairs.difference import (
    Difference,
    Known,
    explain_difference,
    find_difference,
    identify_versions,
)
from larder.landing.repairs.source_keys import PLACE, TABLE, read_keys, read_rejected
from larder.landing.repairs.versions import (
    LOADED_AT,
    STAMPS,
    pick_latest,
    pick_live,
    read_near,
    read_versions,
)


@dataclass(frozen=True)
class Repair:
    """What a table of Bronze lacks.

    Attributes:
        feed: the feed of its regular load.
        deleted: the rows in Bronze that get a tombstone, without Bronze's stamps.
        late: the rows that came late or changed without a new cursor, to be loaded after the tombstones.
    """

    feed: Feed
    deleted: pa.Table
    late: tuple[Batch, ...]

    @property
    def late_count(self) -> int:
        """The number of rows that came late."""
        return sum(batch.rows.num_rows for batch in self.late)

    def to_tombstones(self, business_date: date) -> Any:
        """The tombstones as a dlt resource."""
        rows = self.feed.stamp(self.deleted, datetime.now(UTC), business_date, is_deleted=True)
        return self.feed.to_resource(iter([rows]))

    def to_feed(self) -> Feed:
        """The late rows as a feed. They go through the gate, and count with the rows of the regular load."""
        feed = self.feed
        duplicates = feed.gate.duplicates and Duplicates(feed.key, feed.cursor, is_ordered=False)
        return replace(
            feed,
            units=lambda since, known: iter([self.late]),
            gate=replace(feed.gate, duplicates=duplicates),
            only_new_rows=True,
            _next=[],
        )


def find_repairs(feeds: Iterable[Feed], business_date: date, *, allow_deletes: bool = False) -> list[Repair]:
    """What the tables of some feeds lack after their regular load, of those that can be compared.

    Args:
        feeds: the feeds.
        business_date: the date of the run.
        allow_deletes: accept that most rows of a table were deleted.

    Raises:
        IngestError: most rows of a table were deleted.
    """
    compared = [(feed, one) for feed in feeds if (one := feed.comparison) and one.is_due(business_date)]
    repairs = [
        repair for feed, one in compared if (repair := _find_repair(feed, one, allow_deletes)) is not None
    ]
    unexplained = [(feed, one) for feed, one in compared if one.is_unexplained()]
    if not any(repair.feed is feed for repair in repairs for feed, _ in unexplained):
        repairs += [
            Repair(feed, pa.table({}), late)
            for feed, one in unexplained
            if (late := tuple(find_changed_values(feed, one)))
        ]
    return repairs


def _find_repair(feed: Feed, comparison: Comparison, allow_deletes: bool) -> Repair | None:
    since = comparison.find_start()
    known = _read_known(feed, since)
    if known is None:
        return None
    listed = read_keys(comparison.list_keys(), feed.key, known.schema)
    difference = find_difference(listed, comparison.pick_covered(known.live), known)
    if (earlier := _find_earlier(difference, known, since)) is not None:
        known = _read_known(feed, earlier) or known
        difference = find_difference(listed, comparison.pick_covered(known.live), known)
    keys = difference.keys(feed.key)
    if keys.num_rows == 0:
        return None
    batches = list(comparison.read_rows(keys))
    found = read_keys((batch.rows for batch in batches), feed.key, known.schema)
    findings = explain_difference(difference, among(found, keys, feed.key), known)
    if not allow_deletes:
        _check_share(feed, comparison, findings.deleted.num_rows, known.live.num_rows)
    closed = pa.concat_tables([findings.deleted, findings.reverted])
    late = tuple(
        batch.take(places)
        for number, batch in enumerate(batches)
        if len(places := findings.late.filter(pc.field(TABLE) == number)[PLACE].combine_chunks())
    )
    if closed.num_rows == 0 and not late:
        return None
    return Repair(feed, _read_rows(feed, closed), late)


def _read_known(feed: Feed, since: Any) -> Known | None:
    """What Bronze knows of versions from a cursor value on; None before the table's first load."""
    version = identify_versions(feed.key, feed.cursor)
    versions = read_versions(feed.table, version, feed.cursor, since)
    if versions is None:
        return None
    live = pick_live(versions, feed.key, feed.cursor)
    rejected = read_rejected(feed.gate.origin.source, feed.table, feed.key, live.select([*version]).schema)
    return Known(feed.key, feed.cursor, live, rejected)


def _find_earlier(difference: Difference, known: Known, since: Any) -> Any:
    """The earliest cursor of the changed keys, if Bronze may know them from before `since`; else None."""
    if known.cursor is None or since is None:
        return None
    earliest = pc.min(difference.changed[known.cursor]).as_py()
    return earliest if earliest is not None and earliest < since else None


def _read_rows(feed: Feed, versions: pa.Table) -> pa.Table:
    """The whole rows of some live versions, without Bronze's stamps."""
    if versions.num_rows == 0:
        return versions
    identity = (*identify_versions(feed.key, feed.cursor), LOADED_AT)
    bounds = (LOADED_AT, *([feed.cursor] if feed.cursor else []))
    rows = among(read_near(feed.table, versions, bounds), versions, identity)
    rows = pick_latest(rows, feed.key, feed.cursor)
    return rows.drop_columns([name for name in STAMPS if name in rows.column_names])


def _check_share(feed: Feed, comparison: Comparison, deleted: int, known: int) -> None:
    """Check that not most rows were deleted.

    Raises:
        IngestError: they were.
    """
    if deleted > MAX_DELETED_ROWS and deleted >= comparison.max_deleted_share * known:
        raise IngestError(
            f"{feed.where}: the source no longer has {deleted:,} of {known:,} compared rows, so none of them "
            f"was marked as deleted. Check the source, then run the date again; if they were deleted, first "
            f"run `larder ingest {feed.gate.origin.source} --allow-deletes`."
        )
