"""Records that a source deleted leave silver and gold in the next build, and return once restored."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.unit import spark_process

# What only exists for deletions; a snapshot keeps the closed versions, and the price history is made of them.
HISTORY = {
    "gold.price_history",
    "silver.stg_shop__sold_dates",
    "silver.snap_shop__households",
    "silver.snap_shop__products",
    "silver.stg_shop__basket_deletions",
    "silver.stg_shop__basket_line_deletions",
}


class Steps:
    """The tables after each step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.statuses: dict[str, dict[str, str]] = json.loads((folder / "tests.json").read_text())
        self.tables = {path.stem for path in (folder / "loaded").glob("*.parquet")}

    def sql(self, step: str, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over a step's tables, which it names in braces."""
        files = {name.partition(".")[2]: f"'{self._folder / step / name}.parquet'" for name in self.tables}
        with duckdb.connect() as database:
            return database.sql(query.format_map(files)).fetchall()

    def differing(self, one: str, other: str, *, load_times: bool) -> list[str]:
        """The tables whose rows differ between two steps."""
        others = "columns(lambda name: not regexp_matches(name, 'loaded_at|valid_from_at'))"
        columns = "*" if load_times else others
        found = []
        for name in sorted(self.tables):
            first, second = (
                f"select {columns} from '{self._folder / step / name}.parquet'" for step in (one, other)
            )
            with duckdb.connect() as database:
                difference = f"({first} except all {second}) union all ({second} except all {first})"
                found += [name] if database.sql(difference).fetchall() else []
        return found


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Steps:
    folder = tmp_path_factory.mktemp("deletions")
    spark_process.run("tests.unit.deletions", folder, folder)
    return Steps(folder)


def test_an_incremental_build_equals_a_full_refresh(steps: Steps) -> None:
    assert len(steps.tables) > 30
    assert steps.differing("deleted", "rebuilt", load_times=True) == []


def test_what_is_restored_is_there_again(steps: Steps) -> None:
    assert set(steps.differing("loaded", "restored", load_times=False)) <= HISTORY


def test_no_deleted_record_is_left(steps: Steps) -> None:
    left = {
        "stg_shop__baskets": ("basket_id", [1, 5, 6, 7, 8]),
        "fct_baskets": ("basket_id", [1, 5, 6, 7, 8]),
        "fct_basket_lines": (
            "(basket_id, product_id)",
            [(1, 7), (1, 8), (5, 7), (6, 7), (6, 8), (7, 7), (7, 8), (8, 7), (8, 8)],
        ),
        "stg_shop__households": ("household_id", [1, 2]),
        "dim_households": ("household_id", [1, 2]),
        "customer_lifetime_value": ("household_id", [1, 2]),
        "stg_shop__products": ("product_id", [7]),
        "stg_shop__stores": ("store_id", [1]),
        "dim_stores": ("store_id", [1]),
        "store_summary": ("store_id", [1]),
        "stg_marketing__campaigns": ("campaign_id", [1]),
        "campaign_performance": ("campaign_id", [1]),
        "stg_marketing__coupons": ("coupon_upc", [1]),
        "coupon_performance": ("coupon_upc", [1]),
        "stg_marketing__coupon_redemptions": ("redemption_id", [1]),
        "stg_promotions__placements": ("promotion_week", [2]),
        "promotion_lift": ("promotion_week", [2]),
    }
    found = {
        name: [row[0] for row in steps.sql("deleted", f"select {key} from {{{name}}} order by all")]
        for name, (key, _) in left.items()
    }
    assert found == {name: ids for name, (_, ids) in left.items()}


def test_a_line_that_was_deleted_before_its_basket_came_back_alone_is_restored(steps: Steps) -> None:
    # The lines of basket 4 were never deleted, and not loaded again.
    lines = "select count(*) from {fct_basket_lines} where basket_id = 4"
    assert [steps.sql(step, lines) for step in ("loaded", "deleted", "restored")] == [[(2,)], [(0,)], [(2,)]]


def test_days_weeks_and_months_without_any_sales_are_gone(steps: Steps) -> None:
    days = [(date(2017, 1, 2),), (date(2017, 2, 26),), (date(2017, 2, 27),), (date(2017, 2, 28),)]
    for name in ("product_sales_daily", "store_sales_daily"):
        assert steps.sql("deleted", f"select distinct sold_date from {{{name}}} order by 1") == days
    assert steps.sql(
        "deleted", "select distinct promotion_week from {store_product_sales_weekly} order by 1"
    ) == [
        (2,),
        (9,),
        (10,),
    ]
    assert steps.sql(
        "deleted", "select month_date, sum(basket_count) from {household_sales_monthly} group by 1 order by 1"
    ) == [(date(2017, 1, 1), 1), (date(2017, 2, 1), 2)]


def test_totals_are_those_of_what_is_left(steps: Steps) -> None:
    assert steps.sql("deleted", "select basket_id, line_count, quantity from {fct_baskets} order by 1") == [
        (1, 2, 2),
        (5, 1, 5),
        (6, 2, 12),
        (7, 2, 14),
        (8, 2, 16),
    ]
    for name in ("product_sales_daily", "store_sales_daily", "store_product_sales_weekly"):
        assert steps.sql("deleted", f"select sum(quantity) from {{{name}}}") == [(19,)]
    # Only household 1 is left of campaign 1: basket 3 was its only one in these weeks.
    assert steps.sql(
        "deleted",
        "select targeted_household_count, redemption_count, campaign_net_sales_usd"
        " from {campaign_performance}",
    ) == [(1, 1, 0)]


def test_a_product_that_lost_its_last_sale_is_gone(steps: Steps) -> None:
    products = "select product_id, is_catalogued from {dim_products} order by 1"
    assert steps.sql("loaded", products) == [(7, True), (8, True), (9, False)]
    # Product 8 is not in the catalogue any more, but was sold; product 9 was only in basket 2.
    assert steps.sql("deleted", products) == [(7, True), (8, False)]


@pytest.mark.parametrize(("snapshot", "key"), [("snap_shop__households", 3), ("snap_shop__products", 8)])
def test_a_version_ends_with_its_record_and_another_begins_when_it_is_restored(
    steps: Steps, snapshot: str, key: int
) -> None:
    entity = snapshot.removeprefix("snap_shop__").removesuffix("s")
    current = (
        f"select dbt_valid_to is null from {{{snapshot}}} where {entity}_id = {key} order by dbt_valid_from"
    )
    assert [steps.sql(step, current) for step in ("loaded", "deleted", "restored")] == [
        [(True,)],
        [(False,)],
        [(False,), (True,)],
    ]
    (gap,) = steps.sql(
        "restored",
        f"select max(dbt_valid_from) - max(dbt_valid_to) from {{{snapshot}}} where {entity}_id = {key}",
    )
    assert gap[0].total_seconds() > 0


@pytest.mark.parametrize("step", ["loaded", "deleted", "restored"])
def test_gold_agrees_with_the_shop_although_days_are_voided_or_deleted(steps: Steps, step: str) -> None:
    statuses = steps.statuses[step]
    assert "gold_equals_shop_control_totals" in statuses
    assert {name: status for name, status in statuses.items() if status != "pass"} == {}


def test_a_basket_may_be_missing_only_if_it_is_in_quarantine(steps: Steps) -> None:
    test = "gold_equals_shop_control_totals"
    assert steps.statuses["a basket lost in gold"][test] == "fail"
    assert steps.statuses["a basket in quarantine"][test] == "pass"


@pytest.mark.parametrize("lost", ["a day lost in gold", "a day that the shop did not count"])
def test_a_day_that_is_really_missing_is_an_error(steps: Steps, lost: str) -> None:
    assert steps.statuses[lost]["gold_equals_shop_control_totals"] == "fail"


def test_a_placement_may_be_missing_only_if_it_is_in_quarantine(steps: Steps) -> None:
    test = "promotion_files_are_loaded_whole"
    assert steps.statuses["a day lost in gold"][test] == "fail"
    assert steps.statuses["a day that the shop did not count"][test] == "pass"
