"""Ingesting the marketing API: how it is called, what is refused, and that nothing is half loaded."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import tenacity.nap

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.landing.load import ingest
from tests.unit.bronze_tables import rows, values
from tests.unit.marketing_stub import (
    TOKEN,
    UPDATED_AT,
    Answer,
    MarketingStub,
    Request,
    campaign,
    member,
    page,
    serve_marketing,
)
from tests.unit.quarantine_rows import payloads, rejected

DAY = date(2017, 3, 1)
TRIES = 6  # .dlt/config.toml


@pytest.fixture
def api(home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[MarketingStub]:
    with serve_marketing() as stub:
        monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", stub.base_url)
        monkeypatch.setenv("SOURCES__MARKETING__API_TOKEN", TOKEN)
        yield stub


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses (seconds) requested between tries; none of them is actually made."""
    requested: list[float] = []
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=requested.append))
    return requested


def campaigns() -> list[int]:
    return [campaign_id for (campaign_id,) in values("marketing_campaigns", "campaign_id")]


def ingest_error(kind: type[IngestError] = IngestError) -> str:
    """The one-line error that an ingest of the API ends with; no endpoint has rows in Bronze."""
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
    def answer(request: Request) -> Answer:
        if request.parameters.get("after"):
            return page(campaign(2))
        return page(campaign(1), following=f"{api.base_url}/v1/campaigns?after=1")

    api.answers["campaigns"] = answer
    loaded = ingest("marketing", DAY)
    assert loaded.rows["marketing_campaigns"] == 2
    assert {request.authorization for request in api.requests} == {f"Bearer {TOKEN}"}
    assert [request.parameters.get("after") for request in api.requests_to("campaigns")] == [None, "1"]
    first = rows("marketing_campaigns")[0]
    assert (first["campaign_id"], first["start_date"], first["status"]) == (1, date(2017, 3, 3), "announced")
    assert first["updated_at"].isoformat() == "2017-03-01T08:00:00+00:00"


def test_only_changes_since_the_lag_are_requested(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    ingest("marketing", DAY)
    api.answers["campaigns"] = [page(campaign(1), campaign(2), campaign(1, "2017-03-02T08:00:00+00:00"))]
    assert ingest("marketing", DAY).rows["marketing_campaigns"] == 2
    requests = api.requests_to("campaigns")
    assert "updated_since" not in requests[0].parameters
    assert requests[1].parameters["updated_since"] == "2017-02-26T08:00:00+00:00"
    assert campaigns() == [1, 1, 2]


def test_a_busy_api_is_given_the_pause_it_asks_for(api: MarketingStub, pauses: list[float]) -> None:
    busy = Answer("", 429, {"Retry-After": "7"})
    api.answers["campaigns"] = [busy, Answer("", 503), page(campaign(1))]
    ingest("marketing", DAY)
    assert campaigns() == [1]
    assert pauses[0] == 7
    assert len(pauses) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_an_unavailable_api_can_be_retried_later(
    api: MarketingStub, pauses: list[float], status: int
) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    api.answers["coupons"] = [Answer("down", status)]
    line = ingest_error(SourceUnavailable)
    assert f"/v1/coupons answered {status}" in line
    assert len(api.requests_to("coupons")) == TRIES
    assert pauses == sorted(pauses)
    api.answers["coupons"] = [page()]
    ingest("marketing", DAY)
    assert campaigns() == [1]


def test_an_unreachable_address_can_be_retried_later(
    api: MarketingStub, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", "http://127.0.0.1:1")
    assert "SOURCES__MARKETING__BASE_URL" in ingest_error(SourceUnavailable)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_not_retried(api: MarketingStub, status: int) -> None:
    api.answers["campaigns"] = [Answer({"detail": f"not {TOKEN}"}, status)]
    line = ingest_error()
    assert "SOURCES__MARKETING__API_TOKEN" in line
    assert len(api.requests_to("campaigns")) == 1


def test_a_wrong_address_is_named(api: MarketingStub) -> None:
    api.answers["campaigns"] = [Answer("not here", 404)]
    line = ingest_error()
    assert "404" in line
    assert "SOURCES__MARKETING__BASE_URL" in line


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://127.0.0.1/", "http://"])
def test_an_invalid_base_url_is_named(api: MarketingStub, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", url)
    assert "SOURCES__MARKETING__BASE_URL" in ingest_error()


@pytest.mark.parametrize("token", [f"{TOKEN}\nX", f"{TOKEN}…"])
def test_a_token_that_is_invalid_in_a_header_is_not_shown(
    api: MarketingStub, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("SOURCES__MARKETING__API_TOKEN", token)
    assert "SOURCES__MARKETING__API_TOKEN" in ingest_error()


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
def test_a_malformed_page_loads_nothing(api: MarketingStub, body: Any) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    api.answers["coupon-redemptions"] = [Answer(body)]
    assert "/v1/coupon-redemptions" in ingest_error()


def test_the_next_ingest_loads_what_a_broken_second_page_held_up(api: MarketingStub) -> None:
    following = f"{api.base_url}/v1/campaign-households?after=1"
    api.answers["campaigns"] = [page(campaign(1))]
    api.answers["campaign-households"] = [
        page(member(1), following=following),
        Answer('{"data": ['),
        page(member(1), member(2)),
    ]
    assert "not valid JSON" in ingest_error()
    ingest("marketing", DAY)
    assert campaigns() == [1]
    assert values("marketing_campaign_households", "household_id") == [(1,), (2,)]


def test_the_token_does_not_follow_a_link_to_another_address(api: MarketingStub) -> None:
    with serve_marketing() as other:
        api.answers["campaigns"] = [page(campaign(1), following=f"{other.base_url}/v1/campaigns?after=1")]
        assert "another address" in ingest_error()
        assert other.requests == []


def test_a_relative_link_stays_at_the_api(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1), following="/v1/campaigns?after=1"), page(campaign(2))]
    ingest("marketing", DAY)
    assert campaigns() == [1, 2]


def test_a_removed_field_is_refused(api: MarketingStub) -> None:
    without_status = {name: value for name, value in campaign(2).items() if name != "status"}
    api.answers["campaigns"] = [page(without_status)]
    assert "no longer sends status" in ingest_error(SourceChanged)


def test_a_row_without_a_field_is_set_aside(api: MarketingStub) -> None:
    without_status = {name: value for name, value in campaign(2).items() if name != "status"}
    api.answers["campaigns"] = [page(campaign(1), without_status)]
    ingest("marketing", DAY)
    assert campaigns() == [1]
    assert rejected("marketing_campaigns") == [("missing", "status")]


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
def test_a_value_of_another_type_sets_its_row_aside(api: MarketingStub, changes: dict[str, Any]) -> None:
    api.answers["campaigns"] = [page(campaign(1) | changes, campaign(2))]
    ingest("marketing", DAY)
    assert campaigns() == [2]
    [(rule, column)] = rejected("marketing_campaigns")
    assert (rule, column) == ("type", *changes)
    [payload] = payloads("marketing_campaigns")
    assert payload == campaign(1) | changes


def test_many_rows_of_another_type_stop_the_load_without_their_values_in_the_error(
    api: MarketingStub,
) -> None:
    api.answers["campaigns"] = [page(*(campaign(number) | {"start_date": "soon"} for number in range(20)))]
    line = ingest_error(SourceChanged)
    assert "/v1/campaigns" in line
    assert "20 of 20 rows" in line
    assert "start_date" in line
    assert "soon" not in line
    assert rejected("marketing_campaigns") == []


def test_a_new_field_is_loaded_wherever_it_appears(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1))]
    ingest("marketing", DAY)
    following = f"{api.base_url}/v1/campaigns?after=2"

    def answer(request: Request) -> Answer:
        if request.parameters.get("after"):
            return page(campaign(4, budget=5, tags=["a"], unknown=None))
        return page(campaign(1), campaign(2), campaign(3, budget=None), following=following)

    api.answers["campaigns"] = answer
    ingest("marketing", DAY)
    assert values("marketing_campaigns", "campaign_id") == [(1,), (2,), (3,), (4,)]
    found = {row["campaign_id"]: (row["budget"], row["tags"]) for row in rows("marketing_campaigns")}
    assert found == {1: (None, None), 2: (None, None), 3: (None, None), 4: (5, '["a"]')}
    assert "unknown" not in rows("marketing_campaigns")[0]


def test_a_null_is_loaded_whatever_the_contracts_type(api: MarketingStub) -> None:
    api.answers["campaigns"] = [page(campaign(1, end_date=None), campaign(2))]
    ingest("marketing", DAY)
    assert values("marketing_campaigns", "campaign_id", "end_date") == [(1, None), (2, date(2017, 4, 9))]


def test_a_deleted_redemption_and_a_late_campaign_are_found_by_reading_them_whole(api: MarketingStub) -> None:
    """An endpoint only sends changes since `updated_since`, so neither is in what a regular load reads."""
    sent = {"campaigns": [campaign(1), campaign(2)], "campaign-households": [member(1), member(2)]}

    def answer(request: Request) -> Answer:
        since = request.parameters.get("updated_since", "")
        return page(*(row for row in sent[request.endpoint] if row["updated_at"] >= since))

    for endpoint in sent:
        api.answers[endpoint] = answer
    ingest("marketing", DAY)
    sent["campaigns"].append(campaign(3, "2017-01-01T08:00:00+00:00"))
    del sent["campaign-households"][0]
    loaded = ingest("marketing", DAY)
    assert loaded.late == {"marketing_campaigns": 1, "marketing_campaign_households": 0}
    assert loaded.tombstones == {"marketing_campaigns": 0, "marketing_campaign_households": 1}
    assert campaigns() == [1, 2, 3]
    assert values("marketing_campaign_households", "household_id", "_is_deleted") == [
        (1, False),
        (1, True),
        (2, False),
    ]
    again = ingest("marketing", DAY)
    assert (sum(again.rows.values()), again.late, again.tombstones) == (0, {}, {})


def test_coupons_are_compared_on_mondays(api: MarketingStub) -> None:
    coupon = {"coupon_id": "1-2-3", "coupon_upc": 2, "product_id": 3, "campaign_id": 1}
    api.answers["coupons"] = [page(coupon | {"updated_at": UPDATED_AT})]
    ingest("marketing", DAY)
    api.answers["coupons"] = [page()]
    monday = DAY + timedelta(days=calendar.MONDAY - DAY.weekday())
    assert ingest("marketing", monday + timedelta(days=6)).tombstones == {}
    assert ingest("marketing", monday + timedelta(days=7)).tombstones == {"marketing_coupons": 1}
