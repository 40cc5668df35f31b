"""One alert per incident, to each receiver once, and a message when it is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from larder.alerts import oncall, store
from larder.alerts.incident import Run
from larder.lake import tables
from larder.ops.schema import OPS
from tests.unit import receivers_stub
from tests.unit.incident_sample import DAY, INCIDENT, KEY, ONE, texts
from tests.unit.receivers_stub import Mailbox, Webhook

pytestmark = pytest.mark.usefixtures("home")


def test_one_alert_while_it_lasts_and_one_word_when_it_is_over(
    slack: Webhook, pagerduty: Webhook, mailbox: Mailbox
) -> None:
    oncall.raise_incident(INCIDENT)
    oncall.raise_incident(replace(INCIDENT, run=Run(date(2017, 12, 30), "daily 2017-12-30")))
    assert [len(slack.posted), len(pagerduty.posted), len(mailbox.mails)] == [1, 1, 1]
    for _ in range(2):
        oncall.close_incidents("run")
    assert [len(slack.posted), len(pagerduty.posted), len(mailbox.mails)] == [2, 2, 2]
    assert mailbox.mails[1]["Subject"] == f"[Larder] Over: {INCIDENT.summary}; 2 downstream affected"
    assert mailbox.mails[1]["References"] == mailbox.mails[0]["References"]
    assert "Lasted" in mailbox.mails[1].get_content()
    assert [event["event_action"] for event in pagerduty.posted] == ["trigger", "resolve"]
    assert len({event["dedup_key"] for event in pagerduty.posted}) == 1
    oncall.raise_incident(INCIDENT)
    assert len(slack.posted) == 3, "it began again: a new incident"


def test_only_what_is_over_is_closed(slack: Webhook) -> None:
    other = replace(INCIDENT, subject="model.larder.fct_baskets", summary="other")
    late = replace(INCIDENT, kind="service level", subject="no run", summary="late")
    for incident in (INCIDENT, other, late):
        oncall.raise_incident(incident)
    del slack.posted[:]
    oncall.close_incidents("run", except_subjects=[INCIDENT.subject])
    assert [text.partition("*\n")[0] for text in texts(slack)] == ["*Over: other; 2 downstream affected"]
    oncall.close_incidents("run", up_to=date(2017, 12, 28))
    assert len(slack.posted) == 1, "a backfill of an earlier date does not end it"
    oncall.close_incidents("run", up_to=DAY)
    assert len(slack.posted) == 2


def test_what_a_later_date_saw_too_is_not_over_with_the_first(slack: Webhook) -> None:
    later = replace(INCIDENT, run=Run(date(2017, 12, 31), "daily 2017-12-31", "2c3d"))
    for incident in (INCIDENT, later, later, INCIDENT):
        oncall.raise_incident(incident)
    oncall.close_incidents("run", up_to=date(2017, 12, 30))
    [recorded] = store.read()
    assert (recorded.closed_at, recorded.business_date, recorded.flow_run_id) == (None, DAY + 2 * ONE, "2c3d")
    found = tables.table(store.TABLE, OPS)
    assert found is not None
    events = [str(event["event"]) for event in found.scan().to_arrow().to_pylist()]
    assert sorted(events) == ["notified", "opened", "seen again"], "once a date"
    oncall.close_incidents("run", up_to=date(2017, 12, 31))
    assert len(slack.posted) == 2


def test_another_failure_ends_what_its_run_shows_to_be_over(slack: Webhook) -> None:
    for subject in ("test.skipped", "test.passed", "ingest shop"):
        oncall.raise_incident(replace(INCIDENT, subject=subject, summary=subject, affected=()))
    del slack.posted[:]
    oncall.raise_incident(replace(INCIDENT, summary="now", affected=(), lasting=("test.skipped",)))
    assert [text.partition("*\n")[0] for text in texts(slack)] == [
        "*now",
        "*Over: test.passed",
        "*Over: ingest shop",
    ]


def test_a_receiver_that_is_new_hears_of_what_lasts_only(
    slack: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    oncall.raise_incident(replace(INCIDENT, subject="ingest shop"))
    oncall.close_incidents("run")
    oncall.raise_incident(INCIDENT)
    with receivers_stub.webhook() as stub:
        monkeypatch.setenv("ALERTS__PAGERDUTY_INTEGRATION_KEY", KEY)
        monkeypatch.setenv("ALERTS__PAGERDUTY_URL", stub.url)
        oncall.raise_incident(INCIDENT)
        assert [event["event_action"] for event in stub.posted] == ["trigger"]


def test_a_clock_that_steps_back_loses_no_incident() -> None:
    oncall.raise_incident(INCIDENT)
    [incident] = store.read()
    store.write([incident.event("notified", "slack", happened_at=incident.opened_at - timedelta(hours=1))])
    assert [one.notified for one in store.read()] == [{"log", "slack"}]
