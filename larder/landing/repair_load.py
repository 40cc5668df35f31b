"""The feeds that repair tables of Bronze: tombstones, and rows that came late."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pyarrow as pa

from larder.landing.feed import Feed
from larder.landing.repair import Compared, find_repair, read_tombstones


def plan_repair(
    source: str, feeds: Iterable[Feed], business_date: date, *, allow_deletes: bool = False
) -> tuple[list[Feed], list[Feed]]:
    """Compare the keys of tables after their regular load.

    Args:
        source: the source's name.
        feeds: its feeds; those without a comparison are left out.
        business_date: the date of the run.
        allow_deletes: accept that most rows of a table were deleted.

    Returns:
        The feeds of tombstones, and those of late rows, which are to be loaded after them.

    Raises:
        IngestError: most rows of a table were deleted.
    """
    tombstones, late = [], []
    for feed in feeds:
        if feed.comparison is None or not feed.comparison.is_due(business_date):
            continue
        compared = Compared(source, feed.table, feed.key, feed.cursor, feed.where, feed.comparison)
        findings = find_repair(compared, allow_deletes=allow_deletes)
        if findings is None:
            continue
        closed = pa.concat_tables([findings.deleted, findings.reverted])
        if closed.num_rows:
            tombstones.append(_feed(feed, read_tombstones(compared, closed)))
        if findings.late.num_rows:
            late.append(_feed(feed, findings.late))
    return tombstones, late


def describe_repair(tombstones: Iterable[Feed], late: Iterable[Feed]) -> list[str]:
    """One line per table that was repaired."""
    deleted = {feed.table: feed.rows for feed in tombstones}
    arrived = {feed.table: feed.rows for feed in late}
    return [
        f"{table}: {deleted.get(table, 0):,} rows were deleted in the source, "
        f"{arrived.get(table, 0):,} rows came late"
        for table in dict.fromkeys([*deleted, *arrived])
    ]


def _feed(feed: Feed, rows: pa.Table) -> Feed:
    """A feed of rows that are known to be missing in Bronze."""
    return replace(feed, units=lambda since: iter([[rows]]), only_new_rows=True, rows=0, _next=[])
