"""Stores, and the households that shop in them.

The ids are real, and so are a household's attributes if the source has them. Store names are generated, and
so are changes: each day a few households change their home ownership or their size.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from demo.calendar import FIRST_DATE, LAST_SALE_DATE, to_day
from demo.hashing import choose, pick
from demo.tables import DAY_US, NEVER, SHOP, to_table

HOUSEHOLD_CHANGE_RATE = 0.003  # of the households with known attributes, per day
_HOMES = ["Homeowner", "Renter", "Probable Homeowner", "Probable Renter"]
_SIZES = ["1", "2", "3", "4", "5+"]
_FIRST = to_day(FIRST_DATE)
_SOURCE_NAMES = {"age": "age_band", "income": "income_band", "household_comp": "household_composition"}


def store_history(lines: pd.DataFrame) -> pa.Table:
    """The versions of `stores`: one per store, from the year's first day."""
    ids = np.sort(lines["store_id"].unique())
    first = np.full(len(ids), _FIRST)
    versions = {"store_id": ids, "store_name": [f"Store {store_id}" for store_id in ids]}
    versions |= {"updated_at": first * DAY_US, "visible_on": first, "replaced_on": np.full(len(ids), NEVER)}
    return to_table(versions, SHOP["stores"])


def household_history(households: pa.Table) -> pa.Table:
    """The versions of `households`: one from the year's first day, and one for each change."""
    opening = households.to_pandas().rename(columns=_SOURCE_NAMES)
    opening = opening.assign(visible_on=_FIRST, updated_at=_FIRST * DAY_US, moves=0, growths=0)
    changes = _household_changes(opening[opening["age_band"].notna()])
    versions = pd.concat([opening, changes]).sort_values(["household_id", "visible_on"])
    by_household = versions.groupby("household_id")
    moves, growths = by_household["moves"].cumsum(), by_household["growths"].cumsum()
    versions["home_ownership"] = _shift(versions["home_ownership"], moves, _HOMES)
    versions["household_size"] = _shift(versions["household_size"], growths, _SIZES)
    versions["replaced_on"] = by_household["visible_on"].shift(-1, fill_value=NEVER)
    return to_table(versions.sort_values(["visible_on", "household_id"]), SHOP["households"])


def _household_changes(known: pd.DataFrame) -> pd.DataFrame:
    """A copy of the household's opening row for each day it changes, with 1 in `moves` or in `growths`."""
    days = np.arange(_FIRST + 1, to_day(LAST_SALE_DATE) + 1)
    row = np.repeat(np.arange(len(known)), len(days))
    day = np.tile(days, len(known))
    ids = known["household_id"].to_numpy()[row]
    changed, _ = choose("household change", HOUSEHOLD_CHANGE_RATE, day, ids, day)
    row, day, ids = row[changed], day[changed], ids[changed]
    moves = pick("move or growth", 2, ids, day)
    seconds = 8 * 3600 + pick("household change at", 12 * 3600, ids, day)
    return known.iloc[row].assign(
        visible_on=day, updated_at=day * DAY_US + seconds * 1_000_000, moves=moves, growths=1 - moves
    )


def _shift(values: "pd.Series[str]", steps: "pd.Series[int]", ladder: list[str]) -> "pd.Series[str]":
    """Move each value that many steps along the ladder, cyclically; 0 steps leave it unchanged."""
    start = values.map({value: position for position, value in enumerate(ladder)}).fillna(len(ladder) - 1)
    moved = (start + steps).astype(int) % len(ladder)
    return values.where(steps == 0, moved.map(dict(enumerate(ladder))))
