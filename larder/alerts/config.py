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
class EmailSettings:
    """How e-mail is sent. `security` is STARTTLS, SSL or INSECURE; `port` None means its default port."""

    to: str
    sender: str
    server: str
    port: int | None
    security: str
    username: str | None
    password: str


def read_setting(name: str) -> str | None:
    """A setting of the alerts, such as "slack_webhook_url"; None if it is not set."""
    return find_setting(f"alerts.{name}") or None


def receiver_names() -> list[str]:
    """The names of the receivers that are set up."""
    return [name for name, needed in RECEIVERS.items() if read_setting(needed)]


def read_webhook_url(name: str) -> str:
    """A webhook's URL from the setting of that name.

    Raises:
        LarderError: it is missing, or not a valid URL; the message does not reveal it.
    """
    url = _required(name)
    if not url.startswith(("https://", "http://")):
        raise LarderError(f"ALERTS__{name.upper()} is not a URL that begins with https://; fix it")
    return url


def read_email_settings() -> EmailSettings:
    """The settings of e-mail.

    Raises:
        LarderError: a setting is missing or invalid.
    """
    port, security = read_setting("email_port"), (read_setting("email_security") or "STARTTLS").upper()
    if security not in SECURITIES:
        raise LarderError(f"ALERTS__EMAIL_SECURITY is not one of {', '.join(SECURITIES)}; fix it")
    if port and not port.isdigit():
        raise LarderError("ALERTS__EMAIL_PORT is not a number; fix it")
    return EmailSettings(
        to=_required("email_to"),
        sender=_required("email_from"),
        server=_required("email_server"),
        port=int(port) if port else None,
        security=security,
        username=read_setting("email_username"),
        password=read_setting("email_password") or "",
    )


def _required(name: str) -> str:
    value = read_setting(name)
    if value is None:
        raise LarderError(
            f"ALERTS__{name.upper()} is not set; set it in the environment or in .dlt/secrets.toml"
        )
    return value
