"""Ping a source: request its first rows once, and load nothing."""

import threading

from larder.errors import SourceUnavailable
from larder.landing.errors import in_one_line
from larder.landing.session import loading
from larder.landing.sources import Source
from larder.variables import temporary_environment

SECONDS = 20
# dlt's HTTP client: one attempt, with a short timeout.
IMPATIENT = {"RUNTIME__REQUEST_MAX_ATTEMPTS": "1", "RUNTIME__REQUEST_TIMEOUT": "5"}


def ping(source: Source) -> str:
    """Request a source's first rows; returns a short description of the answer.

    Raises:
        SettingMissing: a setting is missing.
        IngestError: its data cannot be read.
        SourceUnavailable: it did not answer within 20 s.
    """
    outcome: list[str | Exception] = []

    def ask() -> None:
        try:
            outcome.append(_first_rows(source))
        except Exception as error:  # re-raised in the caller's thread
            outcome.append(error)

    # A daemon thread, since some drivers wait forever for a server that hangs.
    thread = threading.Thread(target=ask, name=f"ping {source.name}", daemon=True)
    with temporary_environment(IMPATIENT):
        thread.start()
        thread.join(SECONDS)
    if not outcome:
        raise SourceUnavailable(
            f"{source.name} did not answer within {SECONDS} s; see that it is up, then try again"
        )
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]


def _first_rows(source: Source) -> str:
    with in_one_line(source.name, source), loading():
        resources = source.open().resources.selected
        name, resource = next(iter(resources.items()))
        has_rows = next(iter(resource), None) is not None
    return f"{name} has rows" if has_rows else f"{name} has no new rows"
