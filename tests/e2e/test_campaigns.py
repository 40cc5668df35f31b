"""Campaigns and coupons against the source package, once the year is complete."""

from tests.e2e.played import Played
from tests.e2e.steps import Step

# Each targeted household's daily spending, with the campaign it was targeted by.
SPENDING = """
    select campaign_id, sold_date, net_cents, start_date, end_date, end_date - start_date + 1 as days
    from source.campaigns
    join source.campaign_households using (campaign_id)
    join source.lines using (household_id)
"""


def test_sample_has_redemptions(played: Played) -> None:
    found = played.at(Step.CAUGHT_UP).sql("select count(*) from source.redemptions").fetchall()
    assert found[0][0] > 10
