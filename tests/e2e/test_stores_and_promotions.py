"""Store summaries and the lift of promotions against the source package, once the year is complete."""

from tests.e2e.steps import Step
from tests.e2e.story_result import StoryResult, assert_same

# Weeks of UTC days that begin on Monday. The source's own weeks begin at midnight in its stores, 04:00 or
# 05:00 UTC, so it counts the sales of those hours, 2.4 %, in the week before.
LINES_BY_WEEK = """
    select * exclude (week), (sold_date - date '2016-12-26') // 7 + 1 as week from source.lines
"""


def test_store_summary(story: StoryResult) -> None:
    assert_same(
        story.at(Step.CAUGHT_UP),
        """
        select
            store_id, basket_count, (net_sales_usd * 100)::bigint, average_basket_usd::double,
            (net_sales_28_days_usd * 100)::bigint, (net_sales_previous_28_days_usd * 100)::bigint,
            growth_pct::double, first_sold_date, last_sold_date
        from gold.store_summary
        """,
        """
        with aged as (
            select *, (select max(sold_date) from source.lines) - sold_date as age from source.lines
        ),
        summed as (
            select
                store_id, count(distinct basket_id) as baskets, sum(net_cents) as net,
                coalesce(sum(net_cents) filter (age < 28), 0) as recent,
                coalesce(sum(net_cents) filter (age >= 28 and age < 56), 0) as previous,
                min(sold_date) as first_date, max(sold_date) as last_date
            from aged group by store_id
        )
        select
            store_id, baskets, net, round(net::decimal(18, 4) / 100 / baskets, 2)::double,
            recent, previous,
            case when previous != 0 then round(100 * (recent - previous) / previous, 2)::double end,
            first_date, last_date
        from summed
        """,
    )


def test_promotion_lift(story: StoryResult) -> None:
    assert_same(
        story.at(Step.CAUGHT_UP),
        """
        select
            promotion_week, product_id, promoted_store_count, unpromoted_store_count,
            promoted_quantity, unpromoted_quantity,
            round(promoted_quantity_per_store, 4)::double, round(unpromoted_quantity_per_store, 4)::double,
            lift_pct::double
        from gold.promotion_lift
        """,
        f"""
        with lines as ({LINES_BY_WEEK}),
        stores as (
            select week, store_id, count(*) over (partition by week) as stores
            from source.placements group by week, store_id
        ),
        promoted as (
            select week, product_id, count(distinct store_id) as promoted from source.placements group by all
        ),
        sold as (
            select
                week, product_id, any_value(stores) as stores,
                coalesce(sum(quantity) filter (
                    (week, product_id, store_id) in (
                        select (week, product_id, store_id) from source.placements
                    )
                ), 0) as promoted_quantity,
                sum(quantity) - promoted_quantity as unpromoted_quantity
            from lines join stores using (week, store_id)
            group by week, product_id
        ),
        rated as (
            select
                *, stores - promoted as unpromoted, promoted_quantity / promoted as rate,
                case when unpromoted > 0 then unpromoted_quantity / unpromoted end as other_rate
            from sold join promoted using (week, product_id)
        )
        select
            week, product_id, promoted, unpromoted, promoted_quantity, unpromoted_quantity,
            round(rate, 4), round(other_rate, 4),
            case when other_rate > 0 then round(100 * (rate - other_rate) / other_rate, 2) end
        from rated
        """,
    )


def test_lift_goes_up_and_down_and_weeks_are_complete(story: StoryResult) -> None:
    found = story.at(Step.CAUGHT_UP).sql(
        "select max(lift_pct) > 0, min(lift_pct) < 0, count(distinct promotion_week) >= 50"
        " from gold.promotion_lift"
    )
    assert found.fetchall() == [(True, True, True)]
