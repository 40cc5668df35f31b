"""Baskets and their lines: the real ones, with generated late arrivals, corrections and voids.

Once everything has arrived, the completed baskets equal the source's.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from demo.hashing import choose, pick
from demo.tables import DAY_US, NEVER, SHOP, to_table

LATE_RATE = 0.01
CORRECTION_RATE = 0.003
VOID_RATE = 0.002
VOID_ID_OFFSET = 10_000_000_000_000  # above every real basket id
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US


def sales_history(lines: pd.DataFrame) -> tuple[pa.Table, pa.Table]:
    """The versions of `baskets` and of `basket_lines`, from the source's lines (see `source.Source`)."""
    baskets = _baskets(lines)
    voids = _void_duplicates(baskets)
    sold = lines.merge(baskets[["basket_id", "late", "updated_at", "visible_on"]], on="basket_id")
    basket_versions = pd.concat([baskets, *_void_versions(voids)])
    line_versions = pd.concat([*_correction_versions(sold), _void_lines(lines, voids)])
    return _to_table("baskets", basket_versions), _to_table("basket_lines", line_versions)


def _baskets(lines: pd.DataFrame) -> pd.DataFrame:
    columns = ["basket_id", "household_id", "store_id", "rung_up_at", "day"]
    baskets = lines[columns].drop_duplicates("basket_id").reset_index(drop=True)
    ids = baskets["basket_id"].to_numpy()
    late, guaranteed = choose("late basket", LATE_RATE, baskets["day"].to_numpy(), ids)
    # Each day's guaranteed late basket arrives the next day, so that one arrives every day.
    delay = np.where(guaranteed, 1, 1 + pick("late by", 2, ids))
    baskets["late"] = late
    baskets["status"] = "completed"
    # A late basket keeps its till's time, so reading by `updated_at` alone misses it.
    booked = baskets["rung_up_at"] + (1 + pick("till seconds", 59, ids)) * _SECOND_US
    baskets["updated_at"] = np.minimum(booked, (baskets["day"] + 1) * DAY_US - _SECOND_US)
    baskets["visible_on"] = baskets["day"] + np.where(late, delay, 0)
    baskets["replaced_on"] = NEVER
    return baskets


def _void_duplicates(baskets: pd.DataFrame) -> pd.DataFrame:
    """Generated duplicates, each with its own id, of baskets that were rung up twice by mistake."""
    before_midnight = baskets["rung_up_at"] < (baskets["day"] + 1) * DAY_US - 2 * _MINUTE_US
    on_time = baskets[~baskets["late"] & before_midnight]  # so that the duplicate is on the same day
    voided, _ = choose("void", VOID_RATE, on_time["day"].to_numpy(), on_time["basket_id"].to_numpy())
    voids = on_time[voided].copy()
    voids["original_id"] = voids["basket_id"]
    voids["basket_id"] += VOID_ID_OFFSET
    voids["rung_up_at"] += _MINUTE_US
    voids["updated_at"] += _MINUTE_US
    return voids


def _void_versions(voids: pd.DataFrame) -> list[pd.DataFrame]:
    voided_on = voids["visible_on"] + 1
    office_time = _office_time(voids["basket_id"].to_numpy())
    return [
        voids.assign(replaced_on=voided_on),
        voids.assign(status="voided", visible_on=voided_on, updated_at=voided_on * DAY_US + office_time),
    ]


def _void_lines(lines: pd.DataFrame, voids: pd.DataFrame) -> pd.DataFrame:
    duplicates = voids[["original_id", "basket_id", "updated_at", "visible_on"]]
    originals = lines.rename(columns={"basket_id": "original_id"})
    return originals.merge(duplicates, on="original_id").assign(replaced_on=NEVER)


def _correction_versions(sold: pd.DataFrame) -> list[pd.DataFrame]:
    """Lines without a correction, lines as first keyed (twice quantity and value), and their corrections."""
    sold = sold.assign(replaced_on=NEVER)
    can_be_wrong = (~sold["late"] & (sold["sales_value_cents"] > 0)).to_numpy()
    candidates = sold[can_be_wrong]
    ids = candidates["basket_id"].to_numpy(), candidates["product_id"].to_numpy()
    wrong, guaranteed = choose("correction", CORRECTION_RATE, candidates["day"].to_numpy(), *ids)
    delay = np.where(guaranteed, 1, 1 + pick("corrected after", 3, *ids))[wrong]
    corrected = candidates[wrong]
    corrected_on = corrected["visible_on"] + delay
    first = corrected.assign(
        quantity=corrected["quantity"] * 2,
        sales_value_cents=corrected["sales_value_cents"] * 2,
        replaced_on=corrected_on,
    )
    office_time = _office_time(corrected["basket_id"].to_numpy())
    right = corrected.assign(visible_on=corrected_on, updated_at=corrected_on * DAY_US + office_time)
    return [sold.drop(index=corrected.index), first, right]


def _office_time(ids: "np.typing.NDArray[np.int64]") -> "np.typing.NDArray[np.int64]":
    """The time of day when baskets are corrected or voided, 09:00 to 17:00 UTC, in microseconds."""
    return (9 * 3600 + pick("office time", 8 * 3600, ids)) * _SECOND_US


def _to_table(name: str, versions: pd.DataFrame) -> pa.Table:
    keys = ["visible_on", "basket_id"] + (["product_id"] if name == "basket_lines" else [])
    return to_table(versions.sort_values(keys), SHOP[name])
