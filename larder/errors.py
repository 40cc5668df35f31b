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
