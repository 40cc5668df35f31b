"""Promotion files: one Parquet file per week, `promotions_2017-W01.parquet`, from the merchandising system.

The placements are real. The time when a file is dropped (its modification time) is generated. So are
corrections: the file of every week ending in 3 is first dropped with a few wrong rows, and dropped again,
corrected, five days later.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo.calendar import WEEKS, week_start
from demo.hashing import Ints, hashes
from demo.source import path_of

REISSUED_AFTER = timedelta(days=5)
WRONG_ONE_IN = 2000
_DROPPED_AT = time(6, tzinfo=UTC)
_BATCH_ROWS = 1 << 19


def is_reissued(week: int) -> bool:
    """Whether a week's first file has mistakes and is corrected later."""
    return week % 10 == 3  # noqa: PLR2004 - any fixed pattern would do; this one includes the year's last week


def write_weeks(folder: Path, stores: Ints | None, products: Ints | None) -> None:
    """Write every week's file into `folder`, and the wrong first issue of those that are reissued.

    Streams the source's 21 million rows, so that memory only holds one week and one batch.
    """
    folder.mkdir(parents=True)
    for week, rows in _weeks(stores, products):
        pq.write_table(rows, folder / _file_name(week), compression="zstd")
        if is_reissued(week):
            pq.write_table(_first_issue(rows), folder / _first_issue_name(week), compression="zstd")


def publish(weeks_folder: Path, drop_folder: Path, business_date: date) -> None:
    """Copy to `drop_folder` the files of the weeks that have begun by `business_date`. Idempotent."""
    drop_folder.mkdir(parents=True, exist_ok=True)
    for week in WEEKS:
        dropped_on = week_start(week)
        if dropped_on > business_date:
            break
        source = weeks_folder / _file_name(week)
        if is_reissued(week):
            if dropped_on + REISSUED_AFTER <= business_date:
                dropped_on += REISSUED_AFTER
            else:
                source = weeks_folder / _first_issue_name(week)
        _drop(source, drop_folder / _file_name(week), datetime.combine(dropped_on, _DROPPED_AT))


def _drop(source: Path, target: Path, modified_at: datetime) -> None:
    seconds = modified_at.timestamp()
    if target.exists() and target.stat().st_mtime == seconds:
        return
    arriving = target.with_suffix(".arriving")  # readers look for *.parquet, so they never see half a file
    shutil.copyfile(source, arriving)
    os.utime(arriving, (seconds, seconds))
    arriving.replace(target)


def _weeks(stores: Ints | None, products: Ints | None) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each week; the source is sorted by week."""
    pending: list[pa.RecordBatch] = []
    week = WEEKS[0]
    for batch in pq.ParquetFile(path_of("promotions")).iter_batches(_BATCH_ROWS):
        last_week = batch["week"][-1].as_py()
        start = 0
        while week < last_week:
            end = int(np.searchsorted(batch["week"].to_numpy(), week, side="right"))
            pending.append(_sample(batch.slice(start, end - start), stores, products))
            yield week, pa.Table.from_batches(pending)
            pending, start, week = [], end, week + 1
        pending.append(_sample(batch.slice(start), stores, products))
    yield week, pa.Table.from_batches(pending)


def _sample(batch: pa.RecordBatch, stores: Ints | None, products: Ints | None) -> pa.RecordBatch:
    if stores is None or products is None:
        return batch
    wanted = pc.field("store_id").isin(pa.array(stores)) & pc.field("product_id").isin(pa.array(products))
    return batch.filter(wanted)


def _first_issue(rows: pa.Table) -> pa.Table:
    """A week's file with mistakes: a few rows missing, a few with a different display location."""
    keys = rows["product_id"].to_numpy(), rows["store_id"].to_numpy()
    order = np.argsort(hashes("first issue", *keys), kind="stable")
    few = max(1, len(order) // WRONG_ONE_IN)
    display = rows["display_location"].to_numpy().astype(object)
    moved = order[few : 2 * few]
    display[moved] = np.where(display[moved] == "9", "7", "9")
    position = rows.column_names.index("display_location")
    wrong = rows.set_column(position, "display_location", pa.array(display, pa.string()))
    return wrong.take(np.sort(order[few:]))


def _file_name(week: int) -> str:
    return f"promotions_2017-W{week:02d}.parquet"


def _first_issue_name(week: int) -> str:
    return f"first_issue_2017-W{week:02d}.parquet"
