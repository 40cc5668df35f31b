"""The schemas of all tables that the generator writes.

A row is one version of a record. Shop versions have the business dates between which the shop shows them
(`visible_on` <= date < `replaced_on`), marketing versions the instants (`updated_at` <= instant <
`replaced_at`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd  # the API imports this module too, and does not need pandas

NEVER = 2_932_896  # 9999-12-31 in days since 1970-01-01
DAY_US = 86_400_000_000
NEVER_US = NEVER * DAY_US

_ID: pa.DataType = pa.int64()
_TEXT: pa.DataType = pa.string()
_CENTS: pa.DataType = pa.int32()
_INSTANT: pa.DataType = pa.timestamp("us", tz="UTC")
_DATE: pa.DataType = pa.date32()
_SHOWN: list[tuple[str, pa.DataType]] = [("visible_on", _DATE), ("replaced_on", _DATE)]
_AMOUNTS = ("sales_value", "retail_discount", "coupon_discount", "coupon_match_discount")
AMOUNT_COLUMNS = [f"{amount}_cents" for amount in _AMOUNTS]

SHOP: dict[str, pa.Schema] = {
    "stores": pa.schema([("store_id", _ID), ("store_name", _TEXT), ("updated_at", _INSTANT), *_SHOWN]),
    "households": pa.schema(
        [
            ("household_id", _ID),
            ("age_band", _TEXT),
            ("income_band", _TEXT),
            ("home_ownership", _TEXT),
            ("marital_status", _TEXT),
            ("household_size", _TEXT),
            ("household_composition", _TEXT),
            ("kids_count", _TEXT),
            ("updated_at", _INSTANT),
            *_SHOWN,
        ]
    ),
    "products": pa.schema(
        [
            ("product_id", _ID),
            ("manufacturer_id", _ID),
            ("department", _TEXT),
            ("brand", _TEXT),
            ("product_category", _TEXT),
            ("product_type", _TEXT),
            ("package_size", _TEXT),
            ("shelf_price_cents", _CENTS),
            ("updated_at", _INSTANT),
            *_SHOWN,
        ]
    ),
    "baskets": pa.schema(
        [
            ("basket_id", _ID),
            ("household_id", _ID),
            ("store_id", _ID),
            ("rung_up_at", _INSTANT),
            ("status", _TEXT),
            ("updated_at", _INSTANT),
            *_SHOWN,
        ]
    ),
    "basket_lines": pa.schema(
        [
            ("basket_id", _ID),
            ("product_id", _ID),
            ("quantity", _ID),
            *[(column, _CENTS) for column in AMOUNT_COLUMNS],
            ("updated_at", _INSTANT),
            *_SHOWN,
        ]
    ),
}

SHOP_KEYS: dict[str, list[str]] = {
    "stores": ["store_id"],
    "households": ["household_id"],
    "products": ["product_id"],
    "baskets": ["basket_id"],
    "basket_lines": ["basket_id", "product_id"],
}

MARKETING: dict[str, pa.Schema] = {
    "campaigns": pa.schema(
        [
            ("campaign_id", _ID),
            ("campaign_type", _TEXT),
            ("start_date", _DATE),
            ("end_date", _DATE),
            ("status", _TEXT),
            ("updated_at", _INSTANT),
            ("replaced_at", _INSTANT),
        ]
    ),
    "campaign_households": pa.schema(
        [("campaign_id", _ID), ("household_id", _ID), ("updated_at", _INSTANT), ("replaced_at", _INSTANT)]
    ),
    "coupons": pa.schema(
        [
            ("coupon_id", _TEXT),
            ("coupon_upc", _ID),
            ("product_id", _ID),
            ("campaign_id", _ID),
            ("updated_at", _INSTANT),
            ("replaced_at", _INSTANT),
        ]
    ),
    "coupon_redemptions": pa.schema(
        [
            ("redemption_id", _ID),
            ("household_id", _ID),
            ("coupon_upc", _ID),
            ("campaign_id", _ID),
            ("redemption_date", _DATE),
            ("updated_at", _INSTANT),
            ("replaced_at", _INSTANT),
        ]
    ),
}


def to_table(columns: "Mapping[str, Any] | pd.DataFrame", schema: pa.Schema) -> pa.Table:
    """Build a table of `schema` from arrays or series of the same names.

    Dates are integer days, and instants integer microseconds, since 1970-01-01 UTC.
    """
    return pa.table([_to_array(columns[field.name], field.type) for field in schema], schema=schema)


def _to_array(values: Any, kind: pa.DataType) -> Any:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(kind)
    if pa.types.is_date32(kind):
        return pa.array(np.asarray(values, dtype=np.int32)).cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.array(np.asarray(values, dtype=np.int64)).cast(kind)
    return pa.array(values, type=kind, from_pandas=True)
