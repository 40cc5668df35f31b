"""A sign of life from a source: its first rows are asked for, once, and nothing is loaded."""

import threading

from larder.errors import SourceUnavailable
from larder.landing.errors import in_one_line
from larder.landing.session import loading
from larder.landing.sources import Source
from larder.variables import temporary_environment

SECONDS = 20
# dlt's HTTP client: one try, and no long wait.
IMPATIENT = {"RUNTIME__REQUEST_MAX_ATTEMPTS": "1", "RUNTIME__REQUEST_TIMEOUT": "5"}


def ping(source: Source) -> str:
    """What a source answers with, in a few words.

    Raises:
        SettingMissing: a setting is missing.
        IngestError: it does not give its data.
        SourceUnavailable: it did not answer within 20 s.
    """
    outcome: list[str | Exception] = []

    def ask() -> None:
        try:
            outcome.append(_first_rows(source))
        except Exception as error:  # handed over to the caller
            outcome.append(error)

    # A daemon, since some drivers wait without end for a server that keeps still.
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
