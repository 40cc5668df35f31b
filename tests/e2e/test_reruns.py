"""Running again, running an earlier date, catching up and building anew all come to the same tables."""

import pytest

from tests.e2e.played import Played, difference
from tests.e2e.steps import Step

# Each run writes what it looked at, also where it found nothing new.
LOG = {"bronze.load_log"}
# Partitions of a table that has one for each day or week.
MANY = 8


@pytest.mark.parametrize(
    ("before", "after"),
    [(Step.FOURTH, Step.AGAIN), (Step.AGAIN, Step.BACKFILL), (Step.CAUGHT_UP, Step.REBUILT)],
)
def test_nothing_changes(played: Played, before: Step, after: Step) -> None:
    tables = played.tables(before) - LOG
    assert tables == played.tables(after) - LOG
    differing = {
        name: found
        for name in tables
        if (found := difference(played.table(before, name), played.table(after, name)))
    }
    assert differing == {}


def test_all_layers_are_compared(played: Played) -> None:
    tables = played.tables(Step.REBUILT)
    assert {"bronze.shop_basket_lines", "silver.snap_shop__products", "gold.promotion_lift"} <= tables
    assert all(played.table(Step.REBUILT, name).num_rows for name in tables)


def test_second_run_loads_nothing(played: Played) -> None:
    logged = played.at(Step.BACKFILL).sql(
        f"""
        select count(*), sum(row_count)
        from (from bronze.load_log except all from '{played.folder}/contents/fourth/bronze.load_log.parquet')
        """
    )
    tables = len([name for name in played.tables(Step.FOURTH) if name.startswith("bronze.")]) - len(LOG)
    assert logged.fetchall() == [(2 * tables, 0)]


@pytest.mark.parametrize("step", [Step.SECOND, Step.THIRD, Step.FOURTH])
def test_a_day_rewrites_little_of_a_year(played: Played, step: Step) -> None:
    """Days that late rows changed, and the weeks and months that these are in."""
    changed = played.changed_partitions(step)
    partitioned = {
        name: count for name, count in played.changed_partitions(Step.FIRST).items() if count > MANY
    }
    assert {"gold.fct_basket_lines", "gold.promotion_lift", "gold.store_sales_daily"} <= partitioned.keys()
    assert {name: changed[name] for name in partitioned if changed[name] > MANY} == {}


def test_the_same_date_again_rewrites_only_its_window(played: Played) -> None:
    changed = played.changed_partitions(Step.AGAIN)
    assert [
        name for name in changed if name.startswith("bronze.") and changed[name] and name not in LOG
    ] == []
    assert changed["gold.promotion_lift"] == 0
    assert changed["gold.fct_basket_lines"] == 0


def test_bronze_is_only_ever_appended_to(played: Played) -> None:
    for name in played.tables(Step.FIRST):
        if name.startswith("bronze."):
            lost = played.at(Step.REBUILT).sql(
                f"from '{played.folder}/contents/first/{name}.parquet' except all from {name}"
            )
            assert lost.fetchall() == [], name
