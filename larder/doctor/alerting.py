"""`larder doctor`: who gets alerts. Sends nothing, and prints no secrets."""

from collections.abc import Iterator

from larder import local_sources
from larder.doctor.finding import Finding
from larder.errors import LarderError


def alerts() -> Iterator[Finding]:
    """Check that a receiver of alerts is set up, and that its settings are valid."""
    from larder.alerts import config  # noqa: PLC0415 only the doctor waits for dlt

    found = config.receiver_names()
    if not found:
        # Nobody is on call for a state folder's own sources, such as the demo's.
        is_local = local_sources.are_used()
        yield Finding(
            "ok" if is_local else "warn",
            "no receiver of alerts: they go to the log and the terminal",
            "" if is_local else "set ALERTS__SLACK_WEBHOOK_URL, or another of docs/operations.md",
        )
    checks = {
        "slack": lambda: config.read_webhook_url("slack_webhook_url"),
        "pagerduty": lambda: (
            config.read_setting("pagerduty_url") and config.read_webhook_url("pagerduty_url")
        ),
        "email": config.read_email_settings,
    }
    for name in found:
        try:
            checks[name]()
        except LarderError as error:
            yield Finding("warn", f"alerts do not reach {name}", str(error))
        else:
            yield Finding("ok", f"alerts go to {name}; `larder alerts test` tries it")
