"""Generates the retailer's whole history once and keeps it as Parquet files in the demo's folder.

Starting over with the same sample reuses it. A different sample, source package or generator regenerates it.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from demo import promotions, source
from demo.history_reader import marketing_file, promotion_folder, shop_file
from demo.marketing import marketing_history
from demo.places import household_history, store_history
from demo.prices import product_history
from demo.sales import sales_history

_ROW_GROUP_ROWS = 1 << 17  # rows are sorted by visibility date, so a day's events are in one or two groups


def prepare(folder: Path, sample_households: int | None) -> None:
    """Make sure that `folder` holds the history of all households, or of a sample."""
    manifest = folder / "manifest.json"
    wanted = json.dumps({"sample_households": sample_households, "made_by": _fingerprint()})
    if manifest.exists() and manifest.read_text() == wanted:
        return
    data = source.read(sample_households)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(
            promotions.write_weeks, promotion_folder(folder), data.promotion_stores, data.promotion_products
        )
        for path, table in _tables(folder, data):
            pq.write_table(table, path, row_group_size=_ROW_GROUP_ROWS, compression="zstd")
        writing.result()
    manifest.write_text(wanted)  # last: a history without a manifest is incomplete and is generated again


def _tables(folder: Path, data: source.Source) -> Iterator[tuple[Path, pa.Table]]:
    yield shop_file(folder, "stores"), store_history(data.lines)
    yield shop_file(folder, "households"), household_history(data.households)
    yield shop_file(folder, "products"), product_history(data.products, data.lines)
    for name, table in zip(("baskets", "basket_lines"), sales_history(data.lines), strict=True):
        yield shop_file(folder, name), table
    for name, table in marketing_history(data).items():
        yield marketing_file(folder, name), table


def _fingerprint() -> str:
    """A hash of the source package's version and of the code that generates the history."""
    digest = hashlib.sha256(source.version().encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
