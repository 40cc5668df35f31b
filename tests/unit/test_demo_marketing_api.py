"""The marketing API: tokens, pages, updates, refusals and the clock."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from demo import state
from demo.history_reader import marketing_rows
from demo.marketing_api import make_app
from demo.processes import Started
from demo.state import Api, State
from tests import patience

TOKEN = "a token"
NOW = State(date(2017, 12, 28), None, api=Api(Started(1, 0.0), 1, TOKEN))


@pytest.fixture
def home(demo_home: Path) -> Iterator[Path]:
    state.save(demo_home, NOW)
    yield demo_home
    (state.folder(demo_home) / "state.json").unlink()


@contextmanager
def _client(
    home: Path, busy_every: int = 0, down_every: int = 0, authorization: str | None = f"Bearer {TOKEN}"
) -> Iterator[httpx.Client]:
    """A client of the API, which a thread serves."""
    server = uvicorn.Server(uvicorn.Config(make_app(home, busy_every, down_every), log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        serving = pool.submit(server.run, [listener])
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        headers = {"Authorization": authorization} if authorization else {}
        try:
            with httpx.Client(
                base_url=url, headers=headers, trust_env=False, timeout=patience.SECONDS
            ) as client:
                yield client
        finally:
            server.should_exit = True
            serving.result()


def _all(client: httpx.Client, url: str | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["data"]
        url = page["next"]
    return rows


@pytest.fixture
def client(home: Path) -> Iterator[httpx.Client]:
    with _client(home) as client:
        yield client


@pytest.mark.parametrize("authorization", [None, "Bearer another", f"Basic {TOKEN}"])
def test_requests_without_the_token_get_no_data(home: Path, authorization: str | None) -> None:
    with _client(home, authorization=authorization) as client:
        answer = client.get("/v1/campaigns")
    assert answer.status_code == 401
    assert "data" not in answer.json()


def test_pages_are_complete_ordered_and_without_duplicates(client: httpx.Client, demo_history: Path) -> None:
    rows = _all(client, "/v1/coupons?limit=5000")
    ids = [row["coupon_id"] for row in rows]
    assert set(ids) == set(marketing_rows(demo_history, "coupons")["coupon_id"].to_pylist())
    assert len(set(ids)) == len(ids)
    times: list[str] = [row["updated_at"] for row in rows]
    assert times == sorted(times)


def test_a_page_has_1000_rows_by_default(client: httpx.Client) -> None:
    assert len(client.get("/v1/coupons").json()["data"]) == 1000
    assert client.get("/v1/coupons?limit=5001").status_code == 422


def test_updated_since_is_inclusive_and_kept_by_next_links(client: httpx.Client) -> None:
    everything = _all(client, "/v1/campaign-households")
    since = everything[-20]["updated_at"]
    expected = [row for row in everything if row["updated_at"] >= since]
    url = str(
        client.build_request(
            "GET", "/v1/campaign-households", params={"updated_since": since, "limit": 3}
        ).url
    )
    assert _all(client, url) == expected
    assert len(expected) >= 20


def test_records_have_the_documented_fields(client: httpx.Client) -> None:
    fields = {name: list(_all(client, f"/v1/{name}?limit=5000")[0]) for name in (
        "campaigns", "campaign-households", "coupons", "coupon-redemptions"
    )}  # fmt: skip
    assert fields == {
        "campaigns": ["campaign_id", "campaign_type", "start_date", "end_date", "status", "updated_at"],
        "campaign-households": ["campaign_id", "household_id", "updated_at"],
        "coupons": ["coupon_id", "coupon_upc", "product_id", "campaign_id", "updated_at"],
        "coupon-redemptions": [
            "redemption_id", "household_id", "coupon_upc", "campaign_id", "redemption_date", "updated_at",
        ],
    }  # fmt: skip


def test_the_clock_moves_without_a_restart(home: Path, client: httpx.Client) -> None:
    status = {}
    for day in (date(2017, 2, 10), date(2017, 3, 3), date(2017, 4, 9), date(2017, 4, 10)):
        state.save(home, replace(NOW, business_date=day))
        campaigns = _all(client, "/v1/campaigns")
        status[day] = next((row["status"] for row in campaigns if row["campaign_id"] == 1), None)
        assert all(row["updated_at"][:10] <= day.isoformat() for row in campaigns)
        assert len({row["campaign_id"] for row in campaigns}) == len(campaigns)
    assert list(status.values()) == [None, "running", "running", "finished"]


def test_a_campaign_that_changes_between_pages_is_not_lost(home: Path, client: httpx.Client) -> None:
    state.save(home, replace(NOW, business_date=date(2017, 4, 9)))
    first = client.get("/v1/campaigns?limit=2").json()
    state.save(home, replace(NOW, business_date=date(2017, 4, 10)))
    rows = first["data"] + _all(client, first["next"])
    assert {row["campaign_id"] for row in rows} == {
        row["campaign_id"] for row in _all(client, "/v1/campaigns")
    }


def test_some_requests_are_refused_for_a_while(home: Path) -> None:
    with _client(home, busy_every=3, down_every=4) as client:
        answers = [client.get("/v1/campaigns") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 503, 200, 429]
    assert answers[2].headers["Retry-After"] == "1"


def test_an_unknown_resource_is_named(client: httpx.Client) -> None:
    answer = client.get("/v1/loyalty")
    assert answer.status_code == 404
    assert "loyalty" in answer.json()["error"]
