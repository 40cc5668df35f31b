"""A source that is down for ten minutes only delays a run."""

from datetime import date
from pathlib import Path

import pytest
from prefect import flow

from flows import daily
from tests.unit.bronze_tables import values
from tests.unit.marketing_stub import TOKEN, Answer, campaign, page, serve_marketing

DAY = date(2017, 3, 1)
OUTAGE_SECONDS = 600


def test_an_ingest_outlasts_an_outage_of_ten_minutes(
    home: Path, prefect_api: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The last try comes after more than ten minutes; here without the waiting, which is Prefect's."""
    assert sum(daily.RETRY_SECONDS) > OUTAGE_SECONDS
    tries = len(daily.RETRY_SECONDS)
    ingest = daily.ingest_source.with_options(retry_delay_seconds=[0.0] * tries)

    @flow(name="daily")
    def run() -> None:
        ingest("marketing", DAY)

    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("SOURCES__MARKETING__API_TOKEN", TOKEN)
    with serve_marketing() as api:
        monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", api.base_url)
        api.answers["campaigns"] = [page(campaign(1))]
        api.answers["coupons"] = [*[Answer("down", 503)] * tries, page()]
        run()
        run()
    assert values("marketing_campaigns", "campaign_id") == [(1,)]
    assert capfd.readouterr().err.count("Trying again") == tries
