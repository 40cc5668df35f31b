"""An alert goes out once even while the incidents' store cannot be used, and is recorded later."""

from dataclasses import replace
from pathlib import Path

import pytest

from larder.alerts import oncall, store
from larder.alerts.incident import Run
from tests.unit.incident_sample import DAY, INCIDENT, ONE, texts
from tests.unit.receivers_stub import Webhook


def test_a_store_that_cannot_be_read_does_not_stop_the_alert(slack: Webhook, home: Path) -> None:
    home.mkdir()
    (home / "catalog.db").write_text("not a database, whatever its name says" * 100)
    oncall.raise_incident(INCIDENT)
    [text] = texts(slack)
    assert "Note      the incidents' store, ops.incident_events, cannot be used" in text
    assert "may come again" in text
    oncall.close_incidents("run")


def test_an_alert_without_a_store_comes_once_and_its_end_too(
    slack: Webhook, pagerduty: Webhook, home: Path
) -> None:
    home.mkdir()
    broken = home / "catalog.db"
    broken.write_text("not a database, whatever its name says" * 100)
    pagerduty.status = 503
    oncall.raise_incident(INCIDENT)
    pagerduty.status = 200
    for _ in range(3):
        oncall.raise_incident(INCIDENT)
    oncall.raise_incident(replace(INCIDENT, run=Run(DAY + ONE, "daily 2017-12-30")))
    assert (len(slack.posted), len(pagerduty.posted)) == (1, 1)
    kept = home / "alerts-unrecorded.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    broken.unlink()
    oncall.close_incidents("run", up_to=DAY)
    [recorded] = store.read()
    assert (recorded.closed_at, recorded.business_date) == (None, DAY + ONE)
    assert recorded.notified == {"slack", "pagerduty"}
    assert not kept.exists()
    oncall.close_incidents("run")
    assert [text.startswith("*Over") for text in texts(slack)] == [False, True]
    assert [event["event_action"] for event in pagerduty.posted] == ["trigger", "resolve"]


def test_what_began_before_the_store_broke_is_the_same_incident(slack: Webhook, home: Path) -> None:
    oncall.raise_incident(INCIDENT)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "read", lambda: 1 / 0)
        oncall.raise_incident(replace(INCIDENT, run=Run(DAY + ONE, "daily 2017-12-30")))
    oncall.close_incidents("service level")
    [recorded] = store.read()
    assert (recorded.closed_at, recorded.business_date) == (None, DAY + ONE)


def test_a_broken_file_of_unrecorded_alerts_holds_up_none(slack: Webhook, home: Path) -> None:
    home.mkdir()
    (home / "alerts-unrecorded.json").write_text('[{"notified": 3}]')
    oncall.raise_incident(INCIDENT)
    assert [one.subject for one in store.read()] == [INCIDENT.subject]
    assert len(slack.posted) == 1
