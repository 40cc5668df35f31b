"""The marketing API's way into Bronze: how it is asked, what is refused, and that nothing comes by halves."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import tenacity.nap

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.landing.load import ingest
from tests.unit.bronze_tables import rows, values
from tests.unit.marketing_stub import TOKEN, Answer, Asked, MarketingStub, campaign, member, page, serving

DAY = date(2017, 3, 1)
TRIES = 6  # .dlt/config.toml


@pytest.fixture
def api(home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[MarketingStub]:
    with serving() as stub:
        monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", stub.base_url)
        monkeypatch.setenv("SOURCES__MARKETING__API_TOKEN", TOKEN)
        yield stub


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses (seconds) that were asked for between tries; none of them is made."""
    asked_for: list[float] = []
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=asked_for.append))
    return asked_for


def campaigns() -> list[int]:
    return [campaign_id for (campaign_id,) in values("marketing_campaigns", "campaign_id")]


def refused(kind: type[IngestError] = IngestError) -> str:
    """The one line with which an ingest of the API ends, with nothing of any endpoint in Bronze."""
    with pytest.raises(kind) as caught:
        ingest("marketing", DAY)
    line = str(caught.value)
    assert "\n" not in line
    assert TOKEN not in line
    assert "again" in line
    assert campaigns() == []
    assert rows("marketing_campaign_households") == []
    return line


def test_pages_are_followed_with_the_token_and_arrive_typed(api: MarketingStub) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.parameters.get("after"):
            return page(campaign(2))
        return page(campaign(1), following=f"{api.base_url}/v1/campaigns?after=1")

    api.answers["campaigns"] = answer
    loaded = ingest("marketing", DAY)
    assert loaded.rows["marketing_campaigns"] == 2
    assert {asked.authorization for asked in api.asked} == {f"Bearer {TOKEN}"}
    assert [asked.parameters.get("after") for asked in api.asked_of("campaigns")] == [None, "1"]
    first = rows("marketing_campaigns")[0]
    assert (first["campaign_id"], first["start_date"], first["status"]) == (1, date(2017, 3, 3), "announced")
    assert first["updated_at"].isoformat() == "2017-03-01T08:00:00+00:00"


def test_only_what_changed_since_the_lag_is_asked_for(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    ingest("marketing", DAY)
    api.answers["campaigns"] = [page(campaign(1), campaign(2), campaign(1, "2017-03-02T08:00:00+00:00"))]
    assert ingest("marketing", DAY).rows["marketing_campaigns"] == 2
    asked = api.asked_of("campaigns")
    assert "updated_since" not in asked[0].parameters
    assert asked[1].parameters["updated_since"] == "2017-02-26T08:00:00+00:00"
    assert campaigns() == [1, 1, 2]


def test_a_busy_api_is_given_the_pause_it_asks_for(api: MarketingStub, pauses: list[float]) -> None:
    busy = Answer("", 429, {"Retry-After": "7"})
    api.answers["campaigns"] = [busy, Answer("", 503), page(campaign(1))]
    ingest("marketing", DAY)
    assert campaigns() == [1]
    assert pauses[0] == 7
    assert len(pauses) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_an_api_that_stays_away_is_worth_another_try_later(
    api: MarketingStub, pauses: list[float], status: int
) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    api.answers["coupons"] = [Answer("down", status)]
    line = refused(SourceUnavailable)
    assert f"/v1/coupons answered {status}" in line
    assert len(api.asked_of("coupons")) == TRIES
    assert pauses == sorted(pauses)
    api.answers["coupons"] = [page()]
    ingest("marketing", DAY)
    assert campaigns() == [1]


def test_nobody_at_the_address_is_worth_another_try_later(
    api: MarketingStub, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", "http://127.0.0.1:1")
    assert "SOURCES__MARKETING__BASE_URL" in refused(SourceUnavailable)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_not_tried_again(api: MarketingStub, status: int) -> None:
    api.answers["campaigns"] = [Answer({"detail": f"not {TOKEN}"}, status)]
    line = refused()
    assert "SOURCES__MARKETING__API_TOKEN" in line
    assert len(api.asked_of("campaigns")) == 1


def test_a_wrong_address_is_named(api: MarketingStub) -> None:
    api.answers["campaigns"] = [Answer("not here", 404)]
    line = refused()
    assert "404" in line
    assert "SOURCES__MARKETING__BASE_URL" in line


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://127.0.0.1/", "http://"])
def test_a_base_url_that_is_none_is_named(
    api: MarketingStub, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", url)
    assert "SOURCES__MARKETING__BASE_URL" in refused()


@pytest.mark.parametrize("token", [f"{TOKEN}\nX", f"{TOKEN}…"])
def test_a_token_that_no_header_carries_is_not_repeated(
    api: MarketingStub, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("SOURCES__MARKETING__API_TOKEN", token)
    assert "SOURCES__MARKETING__API_TOKEN" in refused()


@pytest.mark.parametrize(
    "body",
    [
        '{"data": [{"campaign_id"',
        "<html>",
        {"rows": []},
        {"data": {}, "next": None},
        {"data": []},
        [],
        "null",
    ],
)
def test_a_page_that_is_not_as_agreed_loads_nothing_and_is_made_up_for(api: MarketingStub, body: Any) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    api.answers["coupon-redemptions"] = [Answer(body)]
    assert "/v1/coupon-redemptions" in refused()


def test_what_a_broken_second_page_held_up_comes_with_the_next_ingest(api: MarketingStub) -> None:
    following = f"{api.base_url}/v1/campaign-households?after=1"
    api.answers["campaigns"] = [page(campaign(1))]
    api.answers["campaign-households"] = [
        page(member(1), following=following),
        Answer('{"data": ['),
        page(member(1), member(2)),
    ]
    assert "not valid JSON" in refused()
    ingest("marketing", DAY)
    assert campaigns() == [1]
    assert values("marketing_campaign_households", "household_id") == [(1,), (2,)]


def test_the_token_does_not_follow_a_link_to_another_address(api: MarketingStub) -> None:
    with serving() as stranger:
        api.answers["campaigns"] = [page(campaign(1), following=f"{stranger.base_url}/v1/campaigns?after=1")]
        assert "another address" in refused()
        assert stranger.asked == []


def test_a_link_without_an_address_stays_at_the_api(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1), following="/v1/campaigns?after=1"), page(campaign(2))]
    ingest("marketing", DAY)
    assert campaigns() == [1, 2]


def test_a_vanished_field_is_refused(api: MarketingStub) -> None:
    without_status = {name: value for name, value in campaign(2).items() if name != "status"}
    api.answers["campaigns"] = [page(campaign(1), without_status)]
    assert "no longer sends status" in refused(SourceChanged)


@pytest.mark.parametrize(
    "changes",
    [
        {"campaign_id": "one"},
        {"campaign_id": "1"},
        {"campaign_id": 1.5},
        {"campaign_id": True},
        {"campaign_type": 5},
        {"campaign_type": {"name": "A"}},
        {"start_date": "soon"},
        {"start_date": 17226},
        {"updated_at": "2017-03-01"},
        {"campaign_id": 2**63},
    ],
)
def test_a_changed_type_is_refused(api: MarketingStub, changes: dict[str, Any]) -> None:
    api.answers["campaigns"] = [page(campaign(1) | changes)]
    line = refused(SourceChanged)
    assert "/v1/campaigns" in line
    assert not any(f"{told}" in line for told in ("soon", "17226", "'one'", "9223372036854775808"))


def test_a_new_field_is_taken_along_wherever_it_appears(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    ingest("marketing", DAY)
    following = f"{api.base_url}/v1/campaigns?after=2"
    api.answers["campaigns"] = [
        page(campaign(2), campaign(3, budget=None), following=following),
        page(campaign(4, budget=5, tags=["a"], unknown=None)),
    ]
    ingest("marketing", DAY)
    assert values("marketing_campaigns", "campaign_id") == [(1,), (2,), (3,), (4,)]
    found = {row["campaign_id"]: (row["budget"], row["tags"]) for row in rows("marketing_campaigns")}
    assert found == {1: (None, None), 2: (None, None), 3: (None, None), 4: (5, ["a"])}
    assert "unknown" not in rows("marketing_campaigns")[0]


def test_a_null_where_the_contract_has_a_value_type_is_a_null(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1, end_date=None), campaign(2))]
    ingest("marketing", DAY)
    assert values("marketing_campaigns", "campaign_id", "end_date") == [(1, None), (2, date(2017, 4, 9))]
