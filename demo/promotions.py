"""Promotion files: one Parquet drop a week, `promotions_2017-W01.parquet`, from the merchandising system.

The placements are real. Generated: when a file is dropped (its modification time), and that every week ending
in 3 is first dropped with a few wrong rows and dropped again, right, five days later.
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
    """Whether a week's first file has mistakes and is dropped again."""
    return week % 10 == 3  # noqa: PLR2004 - any fixed pattern would do; this one reaches the year's last week


def cut(folder: Path, stores: Ints | None, products: Ints | None) -> None:
    """Write every week's file into `folder`, and the wrong first issue of those that are re-issued.

    Streams the source's 21 million rows, so that memory holds one week and one batch.
    """
    folder.mkdir(parents=True)
    for week, rows in _weeks(stores, products):
        pq.write_table(rows, folder / _file_name(week), compression="zstd")
        if is_reissued(week):
            pq.write_table(_first_issue(rows), folder / _first_issue_name(week), compression="zstd")


def publish(cut_folder: Path, drop_folder: Path, business_date: date) -> None:
    """Make `drop_folder` show the files of the weeks begun by `business_date`; again, it changes nothing."""
    drop_folder.mkdir(parents=True, exist_ok=True)
    for week in WEEKS:
        dropped_on = week_start(week)
        if dropped_on > business_date:
            break
        source = cut_folder / _file_name(week)
        if is_reissued(week):
            if dropped_on + REISSUED_AFTER <= business_date:
                dropped_on += REISSUED_AFTER
            else:
                source = cut_folder / _first_issue_name(week)
        _drop(source, drop_folder / _file_name(week), datetime.combine(dropped_on, _DROPPED_AT))


def _drop(source: Path, target: Path, modified_at: datetime) -> None:
    seconds = modified_at.timestamp()
    if target.exists() and target.stat().st_mtime == seconds:
        return
    arriving = target.with_suffix(".arriving")  # readers look for *.parquet: they never see half a file
    shutil.copyfile(source, arriving)
    os.utime(arriving, (seconds, seconds))
    arriving.replace(target)


def _weeks(stores: Ints | None, products: Ints | None) -> Iterator[tuple[int, pa.Table]]:
    """Each week's rows; the source is sorted by week."""
    pending: list[pa.RecordBatch] = []
    week = WEEKS[0]
    for batch in pq.ParquetFile(path_of("promotions")).iter_batches(_BATCH_ROWS):
        last_week = batch["week"][-1].as_py()
        begins = 0
        while week < last_week:
            ends = int(np.searchsorted(batch["week"].to_numpy(), week, side="right"))
            pending.append(_sample(batch.slice(begins, ends - begins), stores, products))
            yield week, pa.Table.from_batches(pending)
            pending, begins, week = [], ends, week + 1
        pending.append(_sample(batch.slice(begins), stores, products))
    yield week, pa.Table.from_batches(pending)


def _sample(batch: pa.RecordBatch, stores: Ints | None, products: Ints | None) -> pa.RecordBatch:
    if stores is None or products is None:
        return batch
    wanted = pc.field("store_id").isin(pa.array(stores)) & pc.field("product_id").isin(pa.array(products))
    return batch.filter(wanted)


def _first_issue(rows: pa.Table) -> pa.Table:
    """The file with mistakes: a few rows missing, a few with another display location."""
    keys = rows["product_id"].to_numpy(), rows["store_id"].to_numpy()
    order = np.argsort(hashes("first issue", *keys), kind="stable")
    few = max(1, len(order) // WRONG_ONE_IN)
    display = rows["display_location"].to_numpy().astype(object)
    moved = order[few : 2 * few]
    display[moved] = np.where(display[moved] == "9", "7", "9")
    place = rows.column_names.index("display_location")
    wrong = rows.set_column(place, "display_location", pa.array(display, pa.string()))
    return wrong.take(np.sort(order[few:]))


def _file_name(week: int) -> str:
    return f"promotions_2017-W{week:02d}.parquet"


def _first_issue_name(week: int) -> str:
    return f"first_issue_2017-W{week:02d}.parquet"
