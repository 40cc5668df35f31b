"""Store summaries and the lift of promotions against the source package, once the year is complete."""

from tests.e2e.played import Played, assert_same
from tests.e2e.steps import Step


def test_store_summary(played: Played) -> None:
    assert_same(
        played.at(Step.CAUGHT_UP),
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


def test_lift_goes_up_and_down_and_weeks_are_complete(played: Played) -> None:
    found = played.at(Step.CAUGHT_UP).sql(
        "select max(lift_pct) > 0, min(lift_pct) < 0, count(distinct promotion_week) >= 50"
        " from gold.promotion_lift"
    )
    assert found.fetchall() == [(True, True, True)]
