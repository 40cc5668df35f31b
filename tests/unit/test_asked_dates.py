"""A backfill makes the dates that it is asked for again, whatever was loaded when, and no others."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.unit import spark_process
from tests.unit.asked_dates import DAMAGED, FIRST, LAST, MODELS

Row = dict[str, Any]
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
# A month is also made of days of baskets that stay damaged.
COMPARED = {"household_sales_monthly": ["household_id", "month_date", "basket_count"]}
MONTHS = {day.replace(day=1) for day in DAYS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    spark_process.run("tests.unit.asked_dates", folder, folder)
    return folder


def _is_sold_then(row: Row) -> bool:
    found: date = row["sold_date"]
    return FIRST <= found <= LAST


def _is_of_a_month_then(row: Row) -> bool:
    return row["month_date"] in MONTHS


@pytest.mark.parametrize(
    ("model", "is_asked"),
    [
        ("fct_baskets", _is_sold_then),
        ("product_sales_daily", _is_sold_then),
        ("store_sales_daily", _is_sold_then),
        # Partitions are made whole: all weeks and months that have one of the days.
        ("household_sales_monthly", _is_of_a_month_then),
    ],
)
def test_only_the_dates_that_are_asked_for_are_made_again(
    folder: Path, model: str, is_asked: Callable[[Row], bool]
) -> None:
    built, damaged, rebuilt = (
        sorted(
            pq.read_table(folder / step / f"{model}.parquet", columns=COMPARED.get(model)).to_pylist(),
            key=str,
        )
        for step in ("built", "damaged", "rebuilt")
    )
    column = MODELS[model]
    assert {row[column] for row in damaged} == {DAMAGED}
    asked, others = [row for row in built if is_asked(row)], [row for row in damaged if not is_asked(row)]
    assert asked
    assert [row for row in rebuilt if row[column] != DAMAGED] == asked
    assert [row for row in rebuilt if row[column] == DAMAGED] == others


def test_weeks_are_made_whole(folder: Path) -> None:
    built, rebuilt = (
        {
            (row["promotion_week"], row["store_id"], row["product_id"]): row["quantity"]
            for row in pq.read_table(folder / step / "store_product_sales_weekly.parquet").to_pylist()
        }
        for step in ("built", "rebuilt")
    )
    again = {key for key, quantity in rebuilt.items() if quantity != DAMAGED}
    assert {rebuilt[key] == built[key] for key in again} == {True}
    weeks = {key[0] for key in again}
    assert 0 < len(weeks) < len({key[0] for key in built})
    assert again == {key for key in built if key[0] in weeks}
