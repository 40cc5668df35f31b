"""Reads from a generated history what the retailer's systems show at a business date."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo.calendar import end_of
from demo.hashing import Mask
from demo.tables import MARKETING, SHOP


def shop_file(folder: Path, name: str) -> Path:
    """The Parquet file with the versions of a shop table."""
    return folder / f"shop_{name}.parquet"


def marketing_file(folder: Path, name: str) -> Path:
    """The Parquet file with the versions of a resource of the marketing API."""
    return folder / f"marketing_{name}.parquet"


def promotion_folder(folder: Path) -> Path:
    """The folder with the promotion files of all weeks, from which they are dropped."""
    return folder / "promotions"


def shop_at(folder: Path, name: str, business_date: date) -> pa.Table:
    """The rows that a shop table shows at the end of a business date."""
    visible = (pc.field("visible_on") <= business_date) & (pc.field("replaced_on") > business_date)
    return _shop_rows(folder, name, visible)


def shop_events(folder: Path, name: str, business_date: date) -> pa.Table:
    """The rows of a shop table that are new or changed on a business date."""
    return _shop_rows(folder, name, pc.field("visible_on") == business_date)


def marketing_rows(folder: Path, name: str) -> pa.Table:
    """All versions of a resource of the API, in paging order."""
    return pq.read_table(marketing_file(folder, name), schema=MARKETING[name])


def find_visible(versions: pa.Table, business_date: date) -> Mask:
    """A mask of a resource's versions that are visible at the end of a business date."""
    now = pa.scalar(end_of(business_date), versions["updated_at"].type)
    visible: Mask = (
        pc.less(versions["updated_at"], now).to_numpy()
        & pc.greater_equal(versions["replaced_at"], now).to_numpy()
    )
    return visible


def _shop_rows(folder: Path, name: str, wanted: pc.Expression) -> pa.Table:
    columns = [column for column in SHOP[name].names if column not in ("visible_on", "replaced_on")]
    return pq.read_table(shop_file(folder, name), columns=columns, filters=wanted)
