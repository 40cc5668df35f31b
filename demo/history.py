"""The retailer's whole history, generated once and kept as Parquet below the demo's folder.

Starting over with the same sample uses it again; another sample, source package or generator makes it anew.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo import promotions, source
from demo.calendar import end_of
from demo.hashing import Mask
from demo.marketing import marketing_history
from demo.places import household_history, store_history
from demo.prices import product_history
from demo.sales import sales_history
from demo.tables import MARKETING, SHOP

_ROW_GROUP_ROWS = 1 << 17  # rows are in the order they become visible: a day's events touch one group or two


def prepare(folder: Path, sample_households: int | None) -> None:
    """Make sure that `folder` holds the history of the whole year, or of a sample's."""
    manifest = folder / "manifest.json"
    wanted = json.dumps({"sample_households": sample_households, "made_by": _fingerprint()})
    if manifest.exists() and manifest.read_text() == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    data = source.read(sample_households)
    with ThreadPoolExecutor(1) as pool:
        cutting = pool.submit(
            promotions.cut, promotion_folder(folder), data.promotion_stores, data.promotion_products
        )
        for name, table in _tables(data):
            path = folder / f"{name}.parquet"
            pq.write_table(table, path, row_group_size=_ROW_GROUP_ROWS, compression="zstd")
        cutting.result()
    manifest.write_text(wanted)  # last: a history without it is unfinished and made again


def shop_at(folder: Path, name: str, business_date: date) -> pa.Table:
    """The rows a shop table shows at the end of a business date."""
    shown = (pc.field("visible_on") <= business_date) & (pc.field("replaced_on") > business_date)
    return _shop_rows(folder, name, shown)


def shop_events(folder: Path, name: str, business_date: date) -> pa.Table:
    """The rows of a shop table that are new or changed on a business date."""
    return _shop_rows(folder, name, pc.field("visible_on") == business_date)


def marketing_rows(folder: Path, name: str) -> pa.Table:
    """All versions of one of the API's resources, in paging order."""
    return pq.read_table(folder / f"marketing_{name}.parquet", schema=MARKETING[name])


def marketing_shown(versions: pa.Table, business_date: date) -> Mask:
    """Which of a resource's versions are shown at the end of a business date, as booleans."""
    now = pa.scalar(end_of(business_date), versions["updated_at"].type)
    shown: Mask = (
        pc.less(versions["updated_at"], now).to_numpy()
        & pc.greater_equal(versions["replaced_at"], now).to_numpy()
    )
    return shown


def promotion_folder(folder: Path) -> Path:
    """Where the weeks' promotion files wait to be dropped."""
    return folder / "promotions"


def _tables(data: source.Source) -> Iterator[tuple[str, pa.Table]]:
    yield "shop_stores", store_history(data.lines)
    yield "shop_households", household_history(data.households)
    yield "shop_products", product_history(data.products, data.lines)
    yield from zip(("shop_baskets", "shop_basket_lines"), sales_history(data.lines), strict=True)
    for name, table in marketing_history(data).items():
        yield f"marketing_{name}", table


def _shop_rows(folder: Path, name: str, wanted: pc.Expression) -> pa.Table:
    columns = [column for column in SHOP[name].names if column not in ("visible_on", "replaced_on")]
    return pq.read_table(folder / f"shop_{name}.parquet", columns=columns, filters=wanted)


def _fingerprint() -> str:
    """Stands for the source package and for the code that turns it into a history."""
    digest = hashlib.sha256(source.version().encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
