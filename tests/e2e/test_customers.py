"""Customer marts against pandas over the source package, once the year is complete."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.e2e.steps import Step
from tests.e2e.story_result import StoryResult


@pytest.fixture(scope="module")
def baskets(story: StoryResult) -> pd.DataFrame:
    """The source's baskets: household_id, day, quantity, net and discount in cents."""
    return mart(
        story,
        """
        select
            household_id, basket_id, sold_date::timestamp as day, sum(quantity)::bigint as quantity,
            sum(net_cents)::bigint as net,
            sum(retail_discount_cents + coupon_match_discount_cents)::bigint as discount
        from source.lines group by all order by household_id
        """,
    )


def mart(story: StoryResult, query: str) -> pd.DataFrame:
    rows: pd.DataFrame = story.at(Step.CAUGHT_UP).sql(query).df()
    return rows


def test_lifetime_values(story: StoryResult, baskets: pd.DataFrame) -> None:
    expected = (
        baskets.groupby("household_id")
        .agg(
            order_count=("basket_id", "count"),
            quantity=("quantity", "sum"),
            net=("net", "sum"),
            discount=("discount", "sum"),
            first=("day", "min"),
            last=("day", "max"),
        )
        .reset_index()
    )
    actual = mart(
        story,
        """
        select
            household_id, order_count, quantity, (lifetime_value_usd * 100)::bigint as net,
            (discount_usd * 100)::bigint as discount,
            first_sold_date::timestamp as first, last_sold_date::timestamp as last,
            average_order_usd::double as average_order,
            average_days_between_orders::double as average_days
        from gold.customer_lifetime_value order by household_id
        """,
    )
    pd.testing.assert_frame_equal(actual[list(expected)], expected, check_dtype=False)
    orders = expected["order_count"]
    np.testing.assert_allclose(actual["average_order"], expected["net"] / orders / 100, atol=0.00501)
    days = (expected["last"] - expected["first"]).dt.days / (orders - 1).replace(0, np.nan)
    np.testing.assert_allclose(actual["average_days"], days, atol=0.00501)


def fifths(values: "pd.Series[Any]") -> "pd.Series[int]":
    """Scores 1 to 5 by value; ties go by household id (the index), and lower fifths take the remainder."""
    ordered = values.sort_index().sort_values(kind="stable").index
    return pd.Series({
        household: score
        for score, part in enumerate(np.array_split(ordered, 5), start=1)
        for household in part
    })  # fmt: skip


def segment(recency: int, frequency: int) -> str:
    """The segment of two scores, as the mart's documentation defines it."""
    if frequency >= 4:
        return "champion" if recency >= 4 else "at risk"
    if frequency <= 2 and recency != 3:
        return "new or occasional" if recency >= 4 else "lapsed"
    return "regular"


def test_recency_frequency_and_monetary_value(story: StoryResult, baskets: pd.DataFrame) -> None:
    by_household = baskets.groupby("household_id")
    expected = pd.DataFrame({
        "days": (baskets["day"].max() - by_household["day"].max()).dt.days,
        "orders": by_household.size(),
        "net": by_household["net"].sum(),
    })  # fmt: skip
    expected["recency"] = fifths(-expected["days"])
    expected["frequency"] = fifths(expected["orders"])
    expected["monetary"] = fifths(expected["net"])
    expected["segment"] = [
        segment(recency, frequency)
        for recency, frequency in zip(expected["recency"], expected["frequency"], strict=True)
    ]
    actual = mart(
        story,
        """
        select
            household_id, days_since_last_order as days, order_count as orders,
            (lifetime_value_usd * 100)::bigint as net, recency_score as recency,
            frequency_score as frequency, monetary_score as monetary, segment
        from gold.customer_rfm order by household_id
        """,
    ).set_index("household_id")
    pd.testing.assert_frame_equal(actual, expected, check_dtype=False)
    assert actual["segment"].nunique() >= 4


def test_monthly_retention(story: StoryResult, baskets: pd.DataFrame) -> None:
    active = baskets[["household_id"]].assign(month=baskets["day"].dt.year * 12 + baskets["day"].dt.month - 1)
    active["cohort"] = active.groupby("household_id")["month"].transform("min")
    active["since"] = active["month"] - active["cohort"]
    expected = active.drop_duplicates().groupby(["cohort", "since"]).size().rename("retained").reset_index()
    expected["size"] = expected.groupby("cohort")["retained"].transform("first")
    actual = mart(
        story,
        """
        select
            year(cohort_month_date) * 12 + month(cohort_month_date) - 1 as cohort,
            months_since_first as since, retained_household_count as retained, cohort_household_count as size,
            retention_pct::double as share
        from gold.customer_retention_monthly order by cohort, since
        """,
    )
    pd.testing.assert_frame_equal(actual[list(expected)], expected, check_dtype=False)
    np.testing.assert_allclose(actual["share"], 100 * expected["retained"] / expected["size"], atol=0.00501)
    assert len(actual) > 12
