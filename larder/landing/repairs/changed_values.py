"""Find rows whose values changed in the source while their cursor did not."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from larder.lake import tables
from larder.lake.columnar import Values
from larder.landing.arrow_sql import among, without
from larder.landing.contract import Columns
from larder.landing.conversion.batch import Batch, broken
from larder.landing.conversion.conform import conform
from larder.landing.feed import Feed
from larder.landing.repairs.comparison import Comparison
from larder.landing.repairs.difference import identify_versions
from larder.landing.repairs.versions import STAMPS, pick_live, read_versions

PLACE = "__place"


def find_changed_values(feed: Feed, comparison: Comparison) -> Iterator[Batch]:
    """Yield the source's rows whose version is live in Bronze, but with other values.

    Rows whose values do not convert to Bronze's types are left out.

    Args:
        feed: the feed of the table.
        comparison: how its keys are compared; all rows of these keys are read.
    """
    bronze = tables.schema(feed.table)
    known = {one.name: one.type for one in bronze or [] if one.name not in STAMPS}
    versions = read_versions(feed.table, tuple(known), feed.cursor, comparison.find_start())
    if versions is None:
        return
    live = pick_live(versions, feed.key, feed.cursor)
    for listed in comparison.list_keys():
        for batch in comparison.read_rows(listed.select(list(feed.key))):
            if len(places := _find_changed(feed, batch, live, known)):
                yield batch.take(places)


def _find_changed(feed: Feed, batch: Batch, live: pa.Table, known: Columns) -> Values:
    """The places of a batch's changed rows."""
    typed = conform(batch, feed.columns, known, feed.where)
    rows = typed.rows.append_column(PLACE, pa.array(np.arange(typed.rows.num_rows)))
    if (faulty := broken(typed.faults, rows.num_rows)) is not None:
        rows = rows.filter(pa.array(~faulty.to_numpy()))
    same_version = among(rows, live, identify_versions(feed.key, feed.cursor))
    compared = tuple(name for name in known if name in rows.column_names)
    return without(same_version, live, compared)[PLACE].combine_chunks()
