"""Who gets alerts, set in one place: dlt's providers, as for the sources (`ALERTS__…` or `[alerts]`)."""

from dataclasses import dataclass

from larder.config import find_setting
from larder.errors import LarderError

PAGERDUTY_EVENTS = "https://events.pagerduty.com/v2/enqueue"
# The receivers, each with the setting without which there is none.
RECEIVERS = {
    "slack": "slack_webhook_url",
    "pagerduty": "pagerduty_integration_key",
    "email": "email_to",
}
SECURITIES = ("STARTTLS", "SSL", "INSECURE")


@dataclass(frozen=True)
class Email:
    """How e-mail is sent. `security` is STARTTLS, SSL or INSECURE; without a port the usual one of it."""

    to: str
    sender: str
    server: str
    port: int | None
    security: str
    username: str | None
    password: str


def setting(name: str) -> str | None:
    """A setting of the alerts, such as "slack_webhook_url"; None where it is set nowhere."""
    return find_setting(f"alerts.{name}") or None


def configured() -> list[str]:
    """The receivers that are set up."""
    return [name for name, needed in RECEIVERS.items() if setting(needed)]


def webhook(name: str) -> str:
    """The setting that is a webhook's URL.

    Raises:
        LarderError: it is none; the line does not tell it.
    """
    url = _required(name)
    if not url.startswith(("https://", "http://")):
        raise LarderError(f"ALERTS__{name.upper()} is no URL that begins with https://; mend it")
    return url


def email() -> Email:
    """The settings of e-mail, once `email_to` is set.

    Raises:
        LarderError: one is missing or is not what it should be.
    """
    port, security = setting("email_port"), (setting("email_security") or "STARTTLS").upper()
    if security not in SECURITIES:
        raise LarderError(f"ALERTS__EMAIL_SECURITY is none of {', '.join(SECURITIES)}; mend it")
    if port and not port.isdigit():
        raise LarderError("ALERTS__EMAIL_PORT is no number; mend it")
    return Email(
        to=_required("email_to"),
        sender=_required("email_from"),
        server=_required("email_server"),
        port=int(port) if port else None,
        security=security,
        username=setting("email_username"),
        password=setting("email_password") or "",
    )


def _required(name: str) -> str:
    value = setting(name)
    if value is None:
        raise LarderError(
            f"ALERTS__{name.upper()} is not set; set it in the environment or in .dlt/secrets.toml"
        )
    return value
