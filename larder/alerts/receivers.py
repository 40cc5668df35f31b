"""Who gets alerts: Slack, PagerDuty and e-mail, through Prefect's blocks.

Slack and PagerDuty get theirs through Prefect's custom webhook, not through its blocks of their own names:
those (3.8) speak to the vendors' hosts only, so neither to a proxy nor to a test; where a message is not
delivered they raise nothing, and log the secret URL. PagerDuty's block cannot end an incident either.
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
LONGEST_SUMMARY = 1024  # characters that PagerDuty takes

# httpx logs the URL of each request, and a webhook's URL is its secret.
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Receiver:
    """A receiver that is set up. `send` raises where a message was not delivered."""

    name: str
    settings: str
    send: Callable[[Message], None]


@dataclass(frozen=True)
class Failure:
    """Why a receiver did not get a message; whether it was there at all."""

    why: str
    has_answered: bool = False


def configured() -> list[Receiver]:
    """The receivers that are set up."""
    ways = {"slack": slack, "pagerduty": pagerduty, "email": email}
    return [Receiver(name, f"ALERTS__{name.upper()}_*", ways[name]) for name in config.configured()]


def deliver(message: Message, receivers: list[Receiver]) -> dict[str, Failure | None]:
    """Send a message to all receivers at once: what went wrong, None for those that got it."""
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

    # Daemons, since the library for e-mail waits without end for a server that accepts and then keeps still.
    threads = [threading.Thread(target=send, args=(one,), daemon=True) for one in receivers]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return dict(outcomes)


def _why(error: Exception, receiver: Receiver) -> str:
    """Why it was not delivered. Never in the error's own words: they hold URLs, and so secrets."""
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
    """Post to a Slack incoming webhook, or to what takes the same JSON."""
    text = f"*{_escaped(message.subject)}*\n```{_escaped(message.body)}```"
    _post(config.webhook("slack_webhook_url"), {"text": "{{body}}"}, message.subject, text)


def _escaped(words: str) -> str:
    """The three characters that Slack reads as its own."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pagerduty(message: Message) -> None:
    """Trigger or resolve an incident by PagerDuty's Events API v2, known there by the message's thread."""
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
    url = config.webhook("pagerduty_url") if config.setting("pagerduty_url") else config.PAGERDUTY_EVENTS
    key = config.setting("pagerduty_integration_key") or ""
    _post(url, event, message.subject[:LONGEST_SUMMARY], message.body, key=key)


def _post(url: str, payload: dict[str, Any], subject: str, body: str, **secrets: str) -> None:
    """Post JSON in which `{{subject}}`, `{{body}}` and the secrets are put where they are named."""
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
    settings = config.email()
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = f"[Larder] {message.subject}", settings.sender, settings.to
    # Mail programs show an alert and its end together, and answer neither by themselves.
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
