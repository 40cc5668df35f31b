"""Each incident sends one alert and one closing message to each receiver, even if something else fails."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain, repeat
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from larder.alerts import oncall, receivers, store
from larder.alerts.incident import Incident, Run
from larder.cli.app import app
from larder.doctor import alerting
from larder.lake import tables
from larder.ops.lineage import Affected
from larder.ops.schema import OPS
from tests.unit import receivers_stub
from tests.unit.receivers_stub import Mailbox, Webhook

DAY, ONE = date(2017, 12, 29), timedelta(days=1)
KEY = "pagerduty-secret-key"
PASSWORD = "mail-secret-password"
SECRETS = ("webhooksecret", KEY, PASSWORD)
INCIDENT = Incident(
    kind="run",
    subject="test.larder.unique_dim_products_product_id",
    run=Run(DAY, "daily 2017-12-29", "0a1b", links=(("Prefect", "http://127.0.0.1:4200/runs/0a1b"),)),
    summary="daily 2017-12-29: test unique_dim_products_product_id of dim_products failed (12 rows)",
    failed="test unique_dim_products_product_id of dim_products",
    error="Got 12 results, configured to fail if != 0 & more",
    retry="larder run --date 2017-12-29",
    owners=("Analytics <analytics@example.com>",),
    row_count=12,
    samples=({"unique_field": "4711", "n_records": "2", "note": "***"},),
    affected=(Affected("price_history", "Category <cat@example.com>"), Affected("store_summary", "")),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with receivers_stub.webhook() as stub:
        monkeypatch.setenv("ALERTS__SLACK_WEBHOOK_URL", stub.url)
        yield stub


@pytest.fixture
def pagerduty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    with receivers_stub.webhook() as stub:
        monkeypatch.setenv("ALERTS__PAGERDUTY_INTEGRATION_KEY", KEY)
        monkeypatch.setenv("ALERTS__PAGERDUTY_URL", stub.url)
        yield stub


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with receivers_stub.mail_server() as box:
        settings = {"TO": "oncall@example.com, night@example.com", "FROM": "larder@example.com"}
        settings |= {"SERVER": "127.0.0.1", "PORT": str(box.port), "SECURITY": "insecure"}
        for name, value in settings.items():
            monkeypatch.setenv(f"ALERTS__EMAIL_{name}", value)
        yield box


def _texts(stub: Webhook) -> list[str]:
    return [posted["text"] for posted in stub.posted]


def test_an_alert_has_everything_needed_to_act(slack: Webhook, pagerduty: Webhook, mailbox: Mailbox) -> None:
    oncall.raise_incident(INCIDENT)
    [mail], [event], [text] = mailbox.mails, pagerduty.posted, _texts(slack)
    assert mail["Subject"] == f"[Larder] {INCIDENT.summary}; 2 downstream affected"
    assert mail["To"] == "oncall@example.com, night@example.com"
    assert mail.get_content().splitlines() == [
        "Failed    test unique_dim_products_product_id of dim_products",
        "Error     Got 12 results, configured to fail if != 0 & more",
        "Rows      12",
        "Such as   unique_field=4711 n_records=2 note=***",
        "Owner     Analytics <analytics@example.com>",
        "Affected  Category <cat@example.com>: price_history",
        "          no owner declared: store_summary",
        "Run       daily 2017-12-29 (0a1b), business date 2017-12-29",
        "Retry     larder run --date 2017-12-29",
        "Prefect   http://127.0.0.1:4200/runs/0a1b",
    ]
    assert (event["event_action"], event["routing_key"]) == ("trigger", KEY)
    assert event["payload"]["summary"] == f"{INCIDENT.summary}; 2 downstream affected"
    assert event["payload"]["custom_details"]["alert"].splitlines() == mail.get_content().splitlines()
    assert text.startswith(f"*{INCIDENT.summary}; 2 downstream affected*\n")
    assert "if != 0 &amp; more" in text and "Category &lt;cat@example.com&gt;" in text


def test_an_incident_sends_one_alert_and_one_closing_message(
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


def test_only_incidents_that_are_over_are_closed(slack: Webhook) -> None:
    other = replace(INCIDENT, subject="model.larder.fct_baskets", summary="other")
    late = replace(INCIDENT, kind="service level", subject="no run", summary="late")
    for incident in (INCIDENT, other, late):
        oncall.raise_incident(incident)
    del slack.posted[:]
    oncall.close_incidents("run", except_subjects=[INCIDENT.subject])
    assert [text.partition("*\n")[0] for text in _texts(slack)] == ["*Over: other; 2 downstream affected"]
    oncall.close_incidents("run", up_to=date(2017, 12, 28))
    assert len(slack.posted) == 1, "a backfill of an earlier date does not end it"
    oncall.close_incidents("run", up_to=DAY)
    assert len(slack.posted) == 2


def test_an_incident_seen_again_on_a_later_date_stays_open(slack: Webhook) -> None:
    later = replace(INCIDENT, run=Run(date(2017, 12, 31), "daily 2017-12-31", "2c3d"))
    for incident in (INCIDENT, later, later, INCIDENT):
        oncall.raise_incident(incident)
    oncall.close_incidents("run", up_to=date(2017, 12, 30))
    [recorded] = store.read()
    assert (recorded.closed_at, recorded.business_date, recorded.flow_run_id) == (None, DAY + 2 * ONE, "2c3d")
    found = tables.table(store.TABLE, OPS)
    assert found is not None
    events = [str(event["event"]) for event in found.scan().to_arrow().to_pylist()]
    assert sorted(events) == ["notified", "opened", "seen again"], "once per date"
    oncall.close_incidents("run", up_to=date(2017, 12, 31))
    assert len(slack.posted) == 2


def test_a_new_failure_closes_incidents_that_its_run_shows_to_be_over(slack: Webhook) -> None:
    for subject in ("test.skipped", "test.passed", "ingest shop"):
        oncall.raise_incident(replace(INCIDENT, subject=subject, summary=subject, affected=()))
    del slack.posted[:]
    oncall.raise_incident(replace(INCIDENT, summary="now", affected=(), lasting=("test.skipped",)))
    assert [text.partition("*\n")[0] for text in _texts(slack)] == [
        "*now",
        "*Over: test.passed",
        "*Over: ingest shop",
    ]


def test_a_receiver_that_was_down_gets_the_alert_next_time(
    slack: Webhook, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    slack.status = 503
    oncall.raise_incident(INCIDENT)
    assert len(mailbox.mails) == 1, "the other receivers get the alert"
    [warning] = [line for line in capfd.readouterr().err.splitlines() if "slack" in line]
    assert "slack did not get it: answered 503" in warning and "tried again" in warning
    slack.status = 200
    oncall.close_incidents("service level")
    [text] = _texts(slack)
    assert "Retry     larder run --date 2017-12-29" in text, "the whole alert, not a remainder"
    assert len(mailbox.mails) == 1


def test_an_undelivered_closing_message_is_sent_again(slack: Webhook) -> None:
    oncall.raise_incident(INCIDENT)
    slack.status = 500
    oncall.close_incidents("run")
    slack.status = 200
    oncall.close_incidents("run")
    assert [text.startswith("*Over") for text in _texts(slack)] == [False, True]


def test_a_new_receiver_gets_open_incidents_only(slack: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert [one.told for one in store.read()] == [{"log", "slack"}]


def test_without_a_receiver_an_alert_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    oncall.raise_incident(INCIDENT)
    oncall.raise_incident(INCIDENT)
    assert capfd.readouterr().err == f"alert: {INCIDENT.summary}; 2 downstream affected\n"
    oncall.close_incidents("run")
    assert capfd.readouterr().err == f"alert: Over: {INCIDENT.summary}; 2 downstream affected\n"


def test_an_unreadable_store_does_not_stop_the_alert(slack: Webhook, home: Path) -> None:
    home.mkdir()
    (home / "catalog.db").write_text("this is not a database, whatever its name says" * 100)
    oncall.raise_incident(INCIDENT)
    [text] = _texts(slack)
    assert "Note      the incidents' store, ops.incident_events, cannot be used" in text
    assert "may come again" in text
    oncall.close_incidents("run")


def test_without_a_store_an_alert_and_its_end_are_sent_once(
    slack: Webhook, pagerduty: Webhook, home: Path
) -> None:
    home.mkdir()
    broken = home / "catalog.db"
    broken.write_text("this is not a database, whatever its name says" * 100)
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
    assert recorded.told == {"slack", "pagerduty"}
    assert not kept.exists()
    oncall.close_incidents("run")
    assert [text.startswith("*Over") for text in _texts(slack)] == [False, True]
    assert [event["event_action"] for event in pagerduty.posted] == ["trigger", "resolve"]


def test_an_incident_opened_before_the_store_broke_is_the_same_one(slack: Webhook, home: Path) -> None:
    oncall.raise_incident(INCIDENT)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "read", lambda: 1 / 0)
        oncall.raise_incident(replace(INCIDENT, run=Run(DAY + ONE, "daily 2017-12-30")))
    oncall.close_incidents("service level")
    [recorded] = store.read()
    assert (recorded.closed_at, recorded.business_date) == (None, DAY + ONE)


def test_a_broken_file_of_unrecorded_alerts_stops_no_alert(slack: Webhook, home: Path) -> None:
    home.mkdir()
    (home / "alerts-unrecorded.json").write_text('[{"told": 3}]')
    oncall.raise_incident(INCIDENT)
    assert [one.subject for one in store.read()] == [INCIDENT.subject]
    assert len(slack.posted) == 1


def clock(*waited_for: str) -> SimpleNamespace:
    """A clock that stands still until it was read once for each of these, and then is past any deadline."""
    return SimpleNamespace(monotonic=chain([0.0] * len(waited_for), repeat(1e6)).__next__)


def test_a_silent_receiver_does_not_delay_the_others(
    slack: Webhook, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # Slack has all the time it needs; e-mail's has run out by then.
    monkeypatch.setattr(receivers, "time", clock("deadline", "slack"))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {"TO": "a@example.com", "FROM": "b@example.com", "SERVER": "127.0.0.1"}
        settings |= {"PORT": str(silent.getsockname()[1]), "SECURITY": "insecure"}
        for name, value in settings.items():
            monkeypatch.setenv(f"ALERTS__EMAIL_{name}", value)
        oncall.raise_incident(INCIDENT)
    assert len(slack.posted) == 1
    assert "email did not answer" in capfd.readouterr().err


def test_a_silent_receiver_is_waited_for_once(
    slack: Webhook, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    slack.status = 400
    for subject in ("a", "b", "c"):
        oncall.raise_incident(replace(INCIDENT, subject=subject, summary=subject))
    capfd.readouterr()
    monkeypatch.setattr(receivers, "time", clock("deadline", "slack"))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("ALERTS__PAGERDUTY_INTEGRATION_KEY", KEY)
        monkeypatch.setenv("ALERTS__PAGERDUTY_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        oncall.close_incidents("service level")
    output = capfd.readouterr().err
    assert output.count("pagerduty did not") == 1
    assert output.count("slack did not get it: answered 400") == 3, "it may accept the next message"


def test_a_misconfigured_receiver_says_how_to_fix_it(
    slack: Webhook, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALERTS__EMAIL_TO", "oncall@example.com")
    oncall.raise_incident(INCIDENT)
    assert len(slack.posted) == 1
    assert "email did not get it: ALERTS__EMAIL_FROM is not set; set it in" in capfd.readouterr().err
    assert [finding.level for finding in alerting.alerts()] == ["ok", "warn"]


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("status", [200, 404])
def test_secrets_appear_nowhere(
    slack: Webhook,
    pagerduty: Webhook,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    slack.status = pagerduty.status = status
    # This server supports no login, so it refuses the e-mail.
    monkeypatch.setenv("ALERTS__EMAIL_USERNAME", "larder")
    monkeypatch.setenv("ALERTS__EMAIL_PASSWORD", PASSWORD)
    with caplog.at_level(logging.DEBUG):
        oncall.raise_incident(INCIDENT)
        output = "".join(map(str, alerting.alerts())) + CliRunner().invoke(app, ["alerts", "test"]).output
    output += caplog.text + str([vars(one) for one in store.read()])
    assert "slack" in output
    assert [secret for secret in SECRETS if secret in output] == []


def test_the_test_alert_names_the_receivers_that_got_it(
    slack: Webhook, pagerduty: Webhook, mailbox: Mailbox
) -> None:
    pagerduty.status = 400
    result = CliRunner().invoke(app, ["alerts", "test"])
    assert result.exit_code == 1
    assert "ok    slack got the test alert and its end" in result.output
    assert "ok    email got the test alert and its end" in result.output
    assert "warn  pagerduty did not get it: answered 400" in result.output
    assert [mail["Subject"] for mail in mailbox.mails] == [
        "[Larder] test of Larder's alerts",
        "[Larder] Over: test of Larder's alerts",
    ]


def test_the_test_alert_without_a_receiver_says_what_to_set() -> None:
    result = CliRunner().invoke(app, ["alerts", "test"])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: no receiver of alerts is set up; set ALERTS__")


def test_the_doctor_reports_where_alerts_go(monkeypatch: pytest.MonkeyPatch) -> None:
    [finding] = alerting.alerts()
    assert finding.level == "warn" and "log" in finding.what
    monkeypatch.setenv("ALERTS__SLACK_WEBHOOK_URL", "hooks.slack.com/services/T0/B0/webhooksecret")
    [finding] = alerting.alerts()
    assert finding.level == "warn" and "webhooksecret" not in str(finding)
