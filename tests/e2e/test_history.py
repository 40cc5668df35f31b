"""History of products and households: each version that a run saw, valid from its change to the next."""

from itertools import pairwise

import pytest

from tests.e2e.steps import DAYS, Step
from tests.e2e.story_result import StoryResult, assert_same

SNAPSHOTS = {
    "products": (
        "product_id",
        "product_id, manufacturer_id, department, brand, product_category, product_type, package_size,"
        " shelf_price_usd * 100, updated_at",
        "product_id, manufacturer_id, department, brand, product_category, product_type, package_size,"
        " shelf_price_cents, updated_at",
    ),
    "households": (
        "household_id",
        "household_id, age_band, income_band, home_ownership, marital_status, household_size,"
        " household_composition, kids_count, updated_at",
        "household_id, age_band, income_band, home_ownership, marital_status, household_size,"
        " household_composition, kids_count, updated_at",
    ),
}


def shop_versions(story: StoryResult, table: str) -> str:
    """Each version of a table's rows that the shop had at the end of one of the story's days."""
    queries = [f"from '{story.folder / 'shop' / step / table}.parquet'" for step in DAYS]
    return " union ".join(queries)


@pytest.mark.parametrize("table", SNAPSHOTS)
def test_snapshots_have_each_version_that_the_shop_had(story: StoryResult, table: str) -> None:
    key, in_snapshot, in_shop = SNAPSHOTS[table]
    assert_same(
        story.at(Step.CAUGHT_UP),
        f"select {in_snapshot}, dbt_valid_from, dbt_valid_to from silver.snap_shop__{table}",
        f"""
        select
            {in_shop}, updated_at,
            (select min(later.updated_at) from ({shop_versions(story, table)}) as later
             where later.{key} = versions.{key} and later.updated_at > versions.updated_at)
        from ({shop_versions(story, table)}) as versions
        """,
    )


@pytest.mark.parametrize("table", SNAPSHOTS)
def test_versions_have_no_overlap_or_gap_and_one_is_current(story: StoryResult, table: str) -> None:
    key = SNAPSHOTS[table][0]
    versions = story.at(Step.CAUGHT_UP).execute(
        f"select {key}, dbt_valid_from, dbt_valid_to from silver.snap_shop__{table} order by 1, 2"
    )
    rows = versions.fetchall()
    assert len(rows) > len({row[0] for row in rows}), "some have more than one version"
    for (one, _, ends), (other, begins, _) in pairwise(rows):
        assert ends == (begins if one == other else None)
    assert rows[-1][2] is None


@pytest.mark.parametrize("step", DAYS)
def test_shelf_prices_match_prices_at_the_tills(story: StoryResult, step: Step) -> None:
    # From the source's lines: the median full price per unit on the last day sold, otherwise on the first.
    assert_same(
        story.at(step),
        """
        select product_id, shelf_price_usd * 100 from gold.dim_products
        where is_catalogued and shelf_price_usd is not null
        """,
        f"""
        with days as (
            select
                product_id, sold_date,
                floor(median(
                    (net_cents + retail_discount_cents + coupon_match_discount_cents) / quantity
                ) + 0.5) as price
            from source.lines where quantity > 0 group by all having price > 0
        )
        select
            product_id,
            coalesce(
                max_by(price, sold_date) filter (sold_date <= date '{DAYS[step]}'), min_by(price, sold_date)
            )
        from days where product_id in (from source.products select product_id) group by product_id
        """,
    )


def test_price_history_has_each_price_change(story: StoryResult) -> None:
    assert_same(
        story.at(Step.CAUGHT_UP),
        """
        select
            product_id, shelf_price_usd * 100, previous_price_usd * 100, change_pct::double, is_current,
            valid_from_at, valid_to_at
        from gold.price_history
        """,
        f"""
        with versions as ({shop_versions(story, "products")}),
        chained as (
            select *, lag(shelf_price_cents) over (partition by product_id order by updated_at) as previous
            from versions where shelf_price_cents is not null
        ),
        changes as (from chained where previous is distinct from shelf_price_cents)
        select
            product_id, shelf_price_cents, previous,
            round(cast(100 * (shelf_price_cents - previous) as decimal(18, 0)) / previous, 2)::double,
            updated_at = max(updated_at) over (partition by product_id), updated_at,
            lead(updated_at) over (partition by product_id order by updated_at)
        from changes
        """,
    )
