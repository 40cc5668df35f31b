"""Campaigns and coupons against the source package, once the year is complete."""

from tests.e2e.steps import Step
from tests.e2e.story_result import StoryResult, assert_same

# Each targeted household's daily spending, with the campaign it was targeted by.
SPENDING = """
    select campaign_id, sold_date, net_cents, start_date, end_date, (end_date - start_date + 1)::int as days
    from source.campaigns
    join source.campaign_households using (campaign_id)
    join source.lines using (household_id)
"""


def test_campaign_performance(story: StoryResult) -> None:
    assert_same(
        story.at(Step.CAUGHT_UP),
        """
        select
            campaign_id, campaign_type, campaign_status, start_date, end_date,
            targeted_household_count, redeeming_household_count, redemption_count,
            (response_pct * 100)::bigint,
            (campaign_net_sales_usd * 100)::bigint, (previous_net_sales_usd * 100)::bigint
        from gold.campaign_performance
        """,
        f"""
        with during as (
            select campaign_id, sum(net_cents) as net from ({SPENDING})
            where sold_date between start_date and end_date group by campaign_id
        ),
        before as (
            select campaign_id, sum(net_cents) as net from ({SPENDING})
            where sold_date between start_date - days and start_date - 1 group by campaign_id
        ),
        redeemed as (
            select campaign_id, count(distinct household_id) as households, count(*) as redemptions
            from source.redemptions group by campaign_id
        ),
        targeted as (
            select campaign_id, count(*) as households from source.campaign_households group by campaign_id
        )
        select
            campaign_id, campaign_type,
            case when end_date < date '2018-01-04' then 'finished' else 'running' end,
            start_date, end_date,
            coalesce(targeted.households, 0), coalesce(redeemed.households, 0),
            coalesce(redemptions, 0),
            case
                when redeemed.households is not null
                    then round(10000 * redeemed.households / targeted.households)::bigint
            end,
            coalesce(during.net, 0), coalesce(before.net, 0)
        from source.campaigns
        left join targeted using (campaign_id)
        left join redeemed using (campaign_id)
        left join during using (campaign_id)
        left join before using (campaign_id)
        """,
    )


def test_coupon_performance(story: StoryResult) -> None:
    assert_same(
        story.at(Step.CAUGHT_UP),
        """
        select
            campaign_id, coupon_upc, campaign_type, product_count, targeted_household_count,
            redeeming_household_count, redemption_count, (redemption_pct * 100)::bigint,
            first_redemption_date, last_redemption_date
        from gold.coupon_performance
        """,
        """
        with offered as (
            select campaign_id, coupon_upc, count(*) as products from source.coupons group by all
        ),
        targeted as (
            select campaign_id, count(*) as households from source.campaign_households group by all
        ),
        redeemed as (
            select
                campaign_id, coupon_upc, count(distinct household_id) as households, count(*) as redemptions,
                min(redemption_date) as first, max(redemption_date) as last
            from source.redemptions group by all
        )
        select
            campaign_id, coupon_upc, campaign_type, products, coalesce(targeted.households, 0),
            coalesce(redeemed.households, 0), coalesce(redemptions, 0),
            round(10000 * redeemed.households / targeted.households)::bigint, redeemed.first, redeemed.last
        from offered
        join source.campaigns using (campaign_id)
        left join targeted using (campaign_id)
        left join redeemed using (campaign_id, coupon_upc)
        """,
    )


def test_sample_has_redemptions(story: StoryResult) -> None:
    found = story.at(Step.CAUGHT_UP).sql("select count(*) from source.redemptions").fetchall()
    assert found[0][0] > 10
