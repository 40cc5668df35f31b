"""The receivers of alerts: Slack, PagerDuty and e-mail, through Prefect's blocks.

Slack and PagerDuty use Prefect's custom webhook block instead of the blocks named after them. Those (3.8)
only reach the vendors' hosts, so neither a proxy nor a test server; if a delivery fails they raise nothing,
and log the secret URL. PagerDuty's block cannot resolve an incident, either.
"""

import logging
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import httpx
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.types import SecretDict
from prefect_email import EmailServerCredentials

from larder.alerts import config
from larder.alerts.message import Message
from larder.errors import LarderError

SECONDS = 20  # a receiver that does not answer must not hold up a run
LONGEST_SUMMARY = 1024  # characters: PagerDuty's limit

# httpx logs the URL of each request, and a webhook's URL is a secret.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Receiver:
    """A receiver that is set up. `send` raises an exception if a message was not delivered."""

    name: str
    settings: str
    send: Callable[[Message], None]


@dataclass(frozen=True)
class Failure:
    """Why a receiver did not get a message, and whether it answered at all."""

    why: str
    has_answered: bool = False


def list_receivers() -> list[Receiver]:
    """The receivers that are set up."""
    senders = {"slack": slack, "pagerduty": pagerduty, "email": email}
    return [Receiver(name, f"ALERTS__{name.upper()}_*", senders[name]) for name in config.receiver_names()]


def deliver(message: Message, receivers: list[Receiver]) -> dict[str, Failure | None]:
    """Send a message to all receivers in parallel; the failure by receiver, None for those that got it."""
    outcomes: dict[str, Failure | None] = {
        one.name: Failure(f"{one.name} did not answer within {SECONDS} s; see that it is up")
        for one in receivers
    }

    def send(receiver: Receiver) -> None:
        try:
            receiver.send(message)
        except Exception as error:  # each library has errors of its own
            outcomes[receiver.name] = Failure(
                f"{receiver.name} did not get it: {_why(error, receiver)}",
                isinstance(error, httpx.HTTPStatusError | smtplib.SMTPResponseException),
            )
        else:
            outcomes[receiver.name] = None

    # Daemon threads: the e-mail library waits forever for a server that accepts a connection and then hangs.
    threads = [threading.Thread(target=send, args=(one,), daemon=True) for one in receivers]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(outcomes)


def _why(error: Exception, receiver: Receiver) -> str:
    """Why it was not delivered, without the error's message, which may hold a secret URL."""
    match error:
        case LarderError():
            return str(error)
        case httpx.HTTPStatusError():
            answer = f"answered {error.response.status_code}"
        case smtplib.SMTPResponseException():
            answer = f"answered {error.smtp_code}"
        case _:
            answer = type(error).__name__
    return f"{answer}; see that it is up and that {receiver.settings} is right"


def slack(message: Message) -> None:
    """Post to a Slack incoming webhook, or to a service that accepts the same JSON."""
    text = f"*{_escape(message.subject)}*\n```{_escape(message.body)}```"
    _post(config.read_webhook_url("slack_webhook_url"), {"text": "{{body}}"}, message.subject, text)


def _escape(words: str) -> str:
    """Escape the three control characters of Slack's markup."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pagerduty(message: Message) -> None:
    """Trigger or resolve an incident through PagerDuty's Events API v2, keyed by the message's thread."""
    event: dict[str, Any] = {
        "routing_key": "{{key}}",
        "event_action": "resolve" if message.is_over else "trigger",
        "dedup_key": message.thread,
        "client": "Larder",
        "payload": {
            "summary": "{{subject}}",
            "source": "larder",
            "severity": "error",
            "custom_details": {"alert": "{{body}}"},
        },
    }
    url = (
        config.read_webhook_url("pagerduty_url")
        if config.read_setting("pagerduty_url")
        else config.PAGERDUTY_EVENTS
    )
    key = config.read_setting("pagerduty_integration_key") or ""
    _post(url, event, message.subject[:LONGEST_SUMMARY], message.body, key=key)


def _post(url: str, payload: dict[str, Any], subject: str, body: str, **secrets: str) -> None:
    """Post JSON, with `{{subject}}`, `{{body}}` and the secrets substituted."""
    CustomWebhookNotificationBlock(
        name="larder",
        url="{{url}}",
        json_data=payload,
        headers=None,
        cookies=None,
        timeout=SECONDS / 2,
        secrets=SecretDict({"url": url, **secrets}),
    ).notify(body, subject)


def email(message: Message) -> None:
    """Send an e-mail in plain text."""
    settings = config.read_email_settings()
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = f"[Larder] {message.subject}", settings.sender, settings.to
    # Mail programs thread an alert with its closing notice, and send no automatic replies.
    mail["References"] = f"<{message.thread}@larder>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    credentials = EmailServerCredentials(
        username=settings.username,
        password=settings.password,
        smtp_server=settings.server,
        smtp_type=settings.security,
        smtp_port=settings.port,
    )
    with credentials.get_server() as server:
        server.send_message(mail)
