"""What receivers get, and what goes wrong with them."""

import logging
import socket
from dataclasses import replace
from itertools import chain, repeat
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from larder.alerts import oncall, receivers, store
from larder.cli.app import app
from larder.doctor import alerting
from tests.unit.incident_sample import INCIDENT, KEY, texts
from tests.unit.receivers_stub import Mailbox, Webhook

PASSWORD = "mail-secret-password"
SECRETS = ("webhooksecret", KEY, PASSWORD)

pytestmark = pytest.mark.usefixtures("home")


def test_an_alert_holds_what_is_needed_to_act(slack: Webhook, pagerduty: Webhook, mailbox: Mailbox) -> None:
    oncall.raise_incident(INCIDENT)
    [mail], [event], [text] = mailbox.mails, pagerduty.posted, texts(slack)
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


def test_a_receiver_that_is_down_gets_it_at_the_next_occasion(
    slack: Webhook, mailbox: Mailbox, capfd: pytest.CaptureFixture[str]
) -> None:
    slack.status = 503
    oncall.raise_incident(INCIDENT)
    assert len(mailbox.mails) == 1, "the others get theirs"
    [line] = [line for line in capfd.readouterr().err.splitlines() if "slack" in line]
    assert "slack did not get it: answered 503" in line and "tried again" in line
    slack.status = 200
    oncall.close_incidents("service level")
    [text] = texts(slack)
    assert "Retry     larder run --date 2017-12-29" in text, "the whole alert, not a remainder"
    assert len(mailbox.mails) == 1


def test_a_word_that_did_not_arrive_is_tried_again(slack: Webhook) -> None:
    oncall.raise_incident(INCIDENT)
    slack.status = 500
    oncall.close_incidents("run")
    slack.status = 200
    oncall.close_incidents("run")
    assert [text.startswith("*Over") for text in texts(slack)] == [False, True]


def test_without_a_receiver_it_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    oncall.raise_incident(INCIDENT)
    oncall.raise_incident(INCIDENT)
    assert capfd.readouterr().err == f"alert: {INCIDENT.summary}; 2 downstream affected\n"
    oncall.close_incidents("run")
    assert capfd.readouterr().err == f"alert: Over: {INCIDENT.summary}; 2 downstream affected\n"


def clock(*waited_for: str) -> SimpleNamespace:
    """A clock on which no time passes until it was looked at for each of these, and then all of it has."""
    return SimpleNamespace(monotonic=chain([0.0] * len(waited_for), repeat(1e6)).__next__)


def test_a_receiver_that_keeps_still_holds_nobody_up(
    slack: Webhook, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    # Slack has all the time it needs, and e-mail's is over by then.
    monkeypatch.setattr(receivers, "time", clock("deadline", "slack"))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = {"TO": "a@example.com", "FROM": "b@example.com", "SERVER": "127.0.0.1"}
        settings |= {"PORT": str(silent.getsockname()[1]), "SECURITY": "insecure"}
        for name, value in settings.items():
            monkeypatch.setenv(f"ALERTS__EMAIL_{name}", value)
        oncall.raise_incident(INCIDENT)
    assert len(slack.posted) == 1
    assert "email did not answer" in capfd.readouterr().err


def test_a_receiver_that_keeps_still_is_waited_for_once(
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
    assert output.count("slack did not get it: answered 400") == 3, "it may take the next message"


def test_a_receiver_that_is_set_up_badly_says_how_to_fix_it(
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
    # This server knows no login: the e-mail is refused.
    monkeypatch.setenv("ALERTS__EMAIL_USERNAME", "larder")
    monkeypatch.setenv("ALERTS__EMAIL_PASSWORD", PASSWORD)
    with caplog.at_level(logging.DEBUG):
        oncall.raise_incident(INCIDENT)
        output = "".join(map(str, alerting.alerts())) + CliRunner().invoke(app, ["alerts", "test"]).output
    output += caplog.text + str([vars(one) for one in store.read()])
    assert "slack" in output
    assert [secret for secret in SECRETS if secret in output] == []


def test_the_test_alert_names_who_got_it(slack: Webhook, pagerduty: Webhook, mailbox: Mailbox) -> None:
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
