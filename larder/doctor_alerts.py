"""The part of `larder doctor` that tells who gets alerts. Sends nothing, and prints no secrets."""

from collections.abc import Iterator

from larder import settings
from larder.errors import LarderError
from larder.finding import Finding


def alerts() -> Iterator[Finding]:
    """Whether a receiver of alerts is set up, and whether its settings can be used."""
    from alerts import config  # noqa: PLC0415 only the doctor waits for dlt

    found = config.configured()
    if not found:
        # Nobody is on call for the demo.
        is_demo = settings.reads_demo()
        yield Finding(
            "ok" if is_demo else "warn",
            "no receiver of alerts: they go to the log and the terminal",
            "" if is_demo else "set ALERTS__SLACK_WEBHOOK_URL, or another of docs/operations.md",
        )
    checks = {
        "slack": lambda: config.webhook("slack_webhook_url"),
        "pagerduty": lambda: config.setting("pagerduty_url") and config.webhook("pagerduty_url"),
        "email": config.email,
    }
    for name in found:
        try:
            checks[name]()
        except LarderError as error:
            yield Finding("warn", f"alerts do not reach {name}", str(error))
        else:
            yield Finding("ok", f"alerts go to {name}; `larder alerts test` tries it")
