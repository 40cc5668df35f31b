"""The check of the demo retailer, which `larder doctor` loads by entry point."""

from collections.abc import Iterator

from demo import postgres_binaries, retailer
from larder import settings
from larder.doctor.finding import Finding
from larder.errors import LarderError


def demo() -> Iterator[Finding]:
    """Check that PostgreSQL can be found, and whether the demo retailer is running."""
    try:
        yield Finding("ok", f"PostgreSQL for the demo: {postgres_binaries.find()}")
        status = retailer.status(settings.home())
    except LarderError as error:
        yield Finding("warn", "the demo retailer cannot be used", str(error))
        return
    if status is None or not any(status.running.values()):
        yield Finding("ok", "the demo retailer is not running")
    elif all(status.running.values()):
        yield Finding("ok", f"the demo retailer is running, at {status.business_date}")
    else:
        stopped = ", ".join(name for name, is_running in status.running.items() if not is_running)
        yield Finding(
            "warn", f"the demo retailer is not fully running: {stopped} stopped", "run `larder demo start`"
        )
