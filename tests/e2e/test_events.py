"""Each day of the story has late, corrected and voided rows; without them, equal tables prove little."""

import pytest

from tests.e2e.steps import Step
from tests.e2e.story_result import StoryResult, assert_same

NEXT_DAYS = (Step.SECOND, Step.THIRD, Step.FOURTH)


@pytest.mark.parametrize("step", NEXT_DAYS)
def test_late_baskets_arrive_and_are_in_gold(story: StoryResult, step: Step) -> None:
    late = """
        select basket_id, updated_at from shop.baskets
        where
            basket_id not in (from earlier_shop.baskets select basket_id)
            and rung_up_at::date <= (select max(rung_up_at)::date from earlier_shop.baskets)
            -- The till's own time: no later than what was read the day before.
            and updated_at <= (select max(updated_at) from earlier_shop.baskets)
    """
    assert_same(
        story.at(step),
        f"select basket_id from gold.fct_baskets where basket_id in (select basket_id from ({late}))",
        f"select basket_id from ({late})",
    )


@pytest.mark.parametrize("step", NEXT_DAYS)
def test_corrected_lines_reach_gold(story: StoryResult, step: Step) -> None:
    corrected = """
        select basket_id, product_id, wrong.quantity as wrong_quantity, lines.quantity
        from shop.basket_lines as lines
        join earlier_shop.basket_lines as wrong using (basket_id, product_id)
        where wrong.quantity != lines.quantity
    """
    assert_same(
        story.at(step),
        f"""
        select basket_id, product_id, earlier.quantity, lines.quantity
        from gold.fct_basket_lines as lines
        join earlier_gold.fct_basket_lines as earlier using (basket_id, product_id)
        where (basket_id, product_id) in (select (basket_id, product_id) from ({corrected}))
        """,
        corrected,
    )


@pytest.mark.parametrize("step", NEXT_DAYS)
def test_voided_baskets_stop_counting_in_gold(story: StoryResult, step: Step) -> None:
    voided = """
        select basket_id from shop.baskets join earlier_shop.baskets as earlier using (basket_id)
        where baskets.status = 'voided' and earlier.status = 'completed'
    """
    assert_same(
        story.at(step),
        f"""
        select basket_id, earlier.is_voided, baskets.is_voided
        from gold.fct_baskets as baskets join earlier_gold.fct_baskets as earlier using (basket_id)
        where basket_id in (from ({voided}))
        """,
        f"select basket_id, false, true from ({voided})",
    )


@pytest.mark.parametrize("step", NEXT_DAYS)
@pytest.mark.parametrize(
    ("table", "in_shop", "in_gold"),
    [
        ("products", "product_id, shelf_price_cents", "product_id, shelf_price_usd * 100"),
        (
            "households",
            "household_id, home_ownership, household_size",
            "household_id, home_ownership, household_size",
        ),
    ],
)
def test_dimensions_have_the_days_changes(
    story: StoryResult, step: Step, table: str, in_shop: str, in_gold: str
) -> None:
    assert_same(
        story.at(step),
        f"select {in_gold} from gold.dim_{table} except select {in_gold} from earlier_gold.dim_{table}",
        f"select {in_shop} from shop.{table} except select {in_shop} from earlier_shop.{table}",
    )


def test_a_promotion_file_is_reissued(story: StoryResult) -> None:
    assert_same(
        story.at(Step.FOURTH),
        """
        select week, count(distinct modified_at) from bronze.promotions_files
        group by week having count(*) > 1
        """,
        "select 53, 2",
    )
