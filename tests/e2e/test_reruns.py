"""Reruns, backfills, catching up and full refreshes all lead to the same tables."""

import pytest

from tests.e2e.steps import Step
from tests.e2e.story_result import StoryResult, difference

# Each run logs what it read, even if it found nothing new.
LOG = {"bronze.load_log"}
# A table with more partitions than this has one per day or week.
MANY = 8


@pytest.mark.parametrize(
    ("before", "after"),
    [(Step.FOURTH, Step.AGAIN), (Step.AGAIN, Step.BACKFILL), (Step.CAUGHT_UP, Step.REBUILT)],
)
def test_reruns_backfills_and_full_refreshes_change_nothing(
    story: StoryResult, before: Step, after: Step
) -> None:
    tables = story.tables(before) - LOG
    assert tables == story.tables(after) - LOG
    differing = {
        name: found
        for name in tables
        if (found := difference(story.table(before, name), story.table(after, name)))
    }
    assert differing == {}


def test_all_layers_are_compared(story: StoryResult) -> None:
    tables = story.tables(Step.REBUILT)
    assert {"bronze.shop_basket_lines", "silver.snap_shop__products", "gold.promotion_lift"} <= tables
    assert all(story.table(Step.REBUILT, name).num_rows for name in tables)


def test_second_run_loads_nothing(story: StoryResult) -> None:
    logged = story.at(Step.BACKFILL).sql(
        f"""
        select count(*), sum(row_count)
        from (from bronze.load_log except all from '{story.folder}/contents/fourth/bronze.load_log.parquet')
        """
    )
    tables = len([name for name in story.tables(Step.FOURTH) if name.startswith("bronze.")]) - len(LOG)
    assert logged.fetchall() == [(2 * tables, 0)]


@pytest.mark.parametrize("step", [Step.SECOND, Step.THIRD, Step.FOURTH])
def test_a_run_rewrites_few_partitions_of_a_year(story: StoryResult, step: Step) -> None:
    """Only the days that late rows changed, and the weeks and months that include them."""
    changed = story.changed_partitions(step)
    partitioned = {
        name: count for name, count in story.changed_partitions(Step.FIRST).items() if count > MANY
    }
    assert {"gold.fct_basket_lines", "gold.promotion_lift", "gold.store_sales_daily"} <= partitioned.keys()
    assert {name: changed[name] for name in partitioned if changed[name] > MANY} == {}


def test_rerunning_a_date_rewrites_only_its_window(story: StoryResult) -> None:
    changed = story.changed_partitions(Step.AGAIN)
    assert [
        name for name in changed if name.startswith("bronze.") and changed[name] and name not in LOG
    ] == []
    assert changed["gold.promotion_lift"] == 0
    assert changed["gold.fct_basket_lines"] == 0


def test_bronze_is_append_only(story: StoryResult) -> None:
    for name in story.tables(Step.FIRST):
        if name.startswith("bronze."):
            lost = story.at(Step.REBUILT).sql(
                f"from '{story.folder}/contents/first/{name}.parquet' except all from {name}"
            )
            assert lost.fetchall() == [], name
