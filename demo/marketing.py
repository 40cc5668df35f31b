"""The marketing API's data: campaigns, the households they were sent to, coupons and redemptions.

All rows are real. Coupon and redemption ids, the campaigns' status and every `updated_at` are generated,
because the source only has the dates of campaigns and redemptions.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from demo.hashing import Ints, pick
from demo.source import Source
from demo.tables import DAY_US, MARKETING, NEVER_US, to_table

ANNOUNCED_DAYS_BEFORE = 14
_SECOND_US = 1_000_000
_HOUR_US = 3600 * _SECOND_US


def marketing_history(source: Source) -> dict[str, pa.Table]:
    """The versions of each resource of the API, in paging order: by `updated_at` and id."""
    starts = source.campaigns.set_index("campaign_id")["start_date"]
    return {
        "campaigns": _campaigns(source.campaigns),
        "campaign_households": _campaign_households(source.campaign_households, starts),
        "coupons": _coupons(source.coupons, starts),
        "coupon_redemptions": _redemptions(source.redemptions),
    }


def _campaigns(campaigns: pd.DataFrame) -> pa.Table:
    start, end = _days(campaigns["start_date"]), _days(campaigns["end_date"])
    announced, running = (start - ANNOUNCED_DAYS_BEFORE) * DAY_US, start * DAY_US
    finished = (end + 1) * DAY_US
    common = campaigns.assign(start_date=start, end_date=end)
    versions = [
        common.assign(status="announced", updated_at=announced, replaced_at=running),
        common.assign(status="running", updated_at=running, replaced_at=finished),
        common.assign(status="finished", updated_at=finished, replaced_at=NEVER_US),
    ]
    return _to_table("campaigns", pd.concat(versions), ["campaign_id"])


def _campaign_households(members: pd.DataFrame, starts: "pd.Series[pd.Timestamp]") -> pa.Table:
    ids = ["campaign_id", "household_id"]
    return _to_table("campaign_households", _add_entry_time(members, starts, ids), ids)


def _coupons(coupons: pd.DataFrame, starts: "pd.Series[pd.Timestamp]") -> pa.Table:
    named = _add_entry_time(coupons, starts, ["campaign_id", "coupon_upc", "product_id"])
    parts = [named[column].astype(str) for column in ("campaign_id", "coupon_upc", "product_id")]
    named["coupon_id"] = parts[0] + "-" + parts[1] + "-" + parts[2]
    return _to_table("coupons", named, ["coupon_id"])


def _redemptions(redemptions: pd.DataFrame) -> pa.Table:
    day = _days(redemptions["redemption_date"])
    seconds = pick("redemption at", 12 * 3600, redemptions["redemption_id"].to_numpy())
    entered = redemptions.assign(
        redemption_date=day,
        updated_at=day * DAY_US + 12 * _HOUR_US + seconds * _SECOND_US,
        replaced_at=NEVER_US,
    )
    return _to_table("coupon_redemptions", entered, ["redemption_id"])


def _add_entry_time(rows: pd.DataFrame, starts: "pd.Series[pd.Timestamp]", ids: list[str]) -> pd.DataFrame:
    """Add the time at which the rows were entered: within an hour of their campaign's announcement."""
    announced = _days(rows["campaign_id"].map(starts)) - ANNOUNCED_DAYS_BEFORE
    seconds = pick("entered at", 3600, *[rows[column].to_numpy() for column in ids])
    return rows.assign(updated_at=announced * DAY_US + seconds * _SECOND_US, replaced_at=NEVER_US)


def _days(dates: "pd.Series[pd.Timestamp]") -> Ints:
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def _to_table(name: str, versions: pd.DataFrame, ids: list[str]) -> pa.Table:
    return to_table(versions.sort_values(["updated_at", *ids]), MARKETING[name])
