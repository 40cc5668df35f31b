"""Running again, running an earlier date, catching up and building anew all come to the same tables."""

import pytest

from tests.e2e.played import Played, difference
from tests.e2e.steps import Step

# Each run writes what it looked at, also where it found nothing new.
LOG = {"bronze.load_log"}


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


def test_bronze_is_only_ever_appended_to(played: Played) -> None:
    for name in played.tables(Step.FIRST):
        if name.startswith("bronze."):
            lost = played.at(Step.REBUILT).sql(
                f"from '{played.folder}/contents/first/{name}.parquet' except all from {name}"
            )
            assert lost.fetchall() == [], name
