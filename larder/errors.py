"""Errors for people to read."""


class LarderError(Exception):
    """An expected failure, in one line: what is wrong, where, and what to do next.

    The command line prints it as `error: …` and exits with code 1, without a traceback.
    """


class IngestError(LarderError):
    """A source could not be loaded. The next ingest loads what is missing."""


class SourceUnavailable(IngestError):
    """A source did not answer, or answered with a server error: worth a retry."""


class SourceChanged(IngestError):
    """A source breaks its contract: a column is missing or has changed its type."""


class CatalogUnavailable(LarderError):
    """The Iceberg catalog did not answer, or another process keeps it locked."""


class LockHeld(LarderError):
    """Another process holds a lock, and the command was not to wait for it."""

    def __init__(self, lock: str, owner: object) -> None:
        """Name the lock and describe its owner, as `owner` does as text."""
        super().__init__(f"{lock}: held by {owner}. Run this again once that has ended.")
        self.owner = owner


class LockLost(LarderError):
    """Another process took over a lock that this one held: it must not publish anything any more."""
