"""Gold's sales against the shop's database after every run, and against the source package at the end."""

import pytest

from tests.e2e.steps import CAUGHT_UP, DAYS, FIRST, Step
from tests.e2e.story_result import StoryResult, assert_same

# A basket changes for at most three days: at 2017-12-31 the days up to the first run's are final.
FINAL_AT_FOURTH = f"sold_date <= date '{FIRST}'"
EVERYTHING = f"sold_date <= date '{CAUGHT_UP}'"

GOLD_LINES = """
    select
        basket_id, product_id, household_id, store_id, sold_date, sold_at, quantity, is_voided,
        net_sales_usd * 100 as net, retail_discount_usd * 100 as retail, coupon_discount_usd * 100 as coupon,
        coupon_match_discount_usd * 100 as coupon_match, gross_sales_usd * 100 as gross
    from gold.fct_basket_lines
"""
SHOP_LINES = """
    select
        basket_id, product_id, household_id, store_id, rung_up_at::date as sold_date, rung_up_at as sold_at,
        quantity, status = 'voided' as is_voided, sales_value_cents as net,
        retail_discount_cents as retail, coupon_discount_cents as coupon,
        coupon_match_discount_cents as coupon_match,
        sales_value_cents + retail_discount_cents + coupon_match_discount_cents as gross
    from shop.basket_lines join shop.baskets using (basket_id)
"""
SOURCE_LINES = """
    select
        basket_id, product_id, household_id, store_id, sold_date, sold_at, quantity, false as is_voided,
        net_cents as net, retail_discount_cents as retail, coupon_discount_cents as coupon,
        coupon_match_discount_cents as coupon_match,
        net_cents + retail_discount_cents + coupon_match_discount_cents as gross
    from source.lines
"""
SUMS = """
    count(*) as line_count, sum(quantity) as quantity, sum(gross) as gross,
    sum(retail + coupon_match) as discount, sum(net) as net
"""


@pytest.mark.parametrize("step", DAYS)
def test_lines_equal_the_shops(story: StoryResult, step: Step) -> None:
    assert_same(story.at(step), GOLD_LINES, SHOP_LINES)


@pytest.mark.parametrize("step", DAYS)
def test_baskets_equal_the_shops(story: StoryResult, step: Step) -> None:
    assert_same(
        story.at(step),
        """
        select
            basket_id, household_id, store_id, sold_date, sold_at, is_voided, line_count, quantity,
            gross_sales_usd * 100, (retail_discount_usd + coupon_match_discount_usd) * 100,
            net_sales_usd * 100, coupon_discount_usd * 100
        from gold.fct_baskets
        """,
        f"""
        select basket_id, household_id, store_id, sold_date, sold_at, is_voided, {SUMS}, sum(coupon)
        from ({SHOP_LINES}) group by all
        """,
    )


@pytest.mark.parametrize("step", DAYS)
def test_product_days_equal_the_shops(story: StoryResult, step: Step) -> None:
    assert_same(
        story.at(step),
        """
        select
            product_id, sold_date, line_count, quantity,
            gross_sales_usd * 100, discount_usd * 100, net_sales_usd * 100
        from gold.product_sales_daily where line_count > 0
        """,
        f"select product_id, sold_date, {SUMS} from ({SHOP_LINES}) where not is_voided group by all",
    )


@pytest.mark.parametrize("step", DAYS)
def test_store_days_equal_the_shops(story: StoryResult, step: Step) -> None:
    assert_same(
        story.at(step),
        """
        select
            store_id, sold_date, household_count, basket_count, line_count, quantity,
            gross_sales_usd * 100, discount_usd * 100, net_sales_usd * 100
        from gold.store_sales_daily where basket_count > 0
        """,
        f"""
        select store_id, sold_date, count(distinct household_id), count(distinct basket_id), {SUMS}
        from ({SHOP_LINES}) where not is_voided group by all
        """,
    )


@pytest.mark.parametrize("step", DAYS)
def test_voids_per_store_and_day_equal_the_shops(story: StoryResult, step: Step) -> None:
    assert_same(
        story.at(step),
        "select store_id, sold_date, voided_basket_count from gold.store_sales_daily"
        " where voided_basket_count > 0",
        "select store_id, rung_up_at::date, count(*) from shop.baskets where status = 'voided' group by all",
    )


@pytest.mark.parametrize(("step", "days"), [(Step.FOURTH, FINAL_AT_FOURTH), (Step.CAUGHT_UP, EVERYTHING)])
def test_final_days_equal_the_sources(story: StoryResult, step: Step, days: str) -> None:
    assert_same(
        story.at(step),
        f"{GOLD_LINES} where not is_voided and {days}",
        f"{SOURCE_LINES} where {days}",
    )
