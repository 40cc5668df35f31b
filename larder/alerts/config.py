"""The settings of alerts, from dlt's providers like those of sources (`ALERTS__…` or `[alerts]`)."""

from dataclasses import dataclass

from larder.config import find_setting
from larder.errors import LarderError

PAGERDUTY_EVENTS = "https://events.pagerduty.com/v2/enqueue"
# The receivers, each with the setting that enables it.
RECEIVERS = {
    "slack": "slack_webhook_url",
    "pagerduty": "pagerduty_integration_key",
    "email": "email_to",
}
SECURITIES = ("STARTTLS", "SSL", "INSECURE")


@dataclass(frozen=True)
class Email:
    """How e-mail is sent. `security` is STARTTLS, SSL or INSECURE; `port` None means its default port."""

    to: str
    sender: str
    server: str
    port: int | None
    security: str
    username: str | None
    password: str


def setting(name: str) -> str | None:
    """A setting of the alerts, such as "slack_webhook_url"; None if it is not set."""
    return find_setting(f"alerts.{name}") or None


def configured() -> list[str]:
    """The names of the receivers that are set up."""
    return [name for name, needed in RECEIVERS.items() if setting(needed)]


def webhook(name: str) -> str:
    """A webhook's URL from the setting of that name.

    Raises:
        LarderError: it is missing, or not a valid URL; the message does not reveal it.
    """
    url = _required(name)
    if not url.startswith(("https://", "http://")):
        raise LarderError(f"ALERTS__{name.upper()} is not a URL that begins with https://; fix it")
    return url


def email() -> Email:
    """The settings of e-mail.

    Raises:
        LarderError: a setting is missing or invalid.
    """
    port, security = setting("email_port"), (setting("email_security") or "STARTTLS").upper()
    if security not in SECURITIES:
        raise LarderError(f"ALERTS__EMAIL_SECURITY is not one of {', '.join(SECURITIES)}; fix it")
    if port and not port.isdigit():
        raise LarderError("ALERTS__EMAIL_PORT is not a number; fix it")
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
