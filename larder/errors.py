"""Errors that people are meant to read."""


class LarderError(Exception):
    """Something expected went wrong: one line that says what, where, and what to do next.

    The command line prints it as `error: …` and ends with exit code 1, without a traceback.
    """


class IngestError(LarderError):
    """A source could not be loaded: what, where, what to do next. The next ingest loads the rest."""


class SourceUnavailable(IngestError):
    """A source did not answer, or answered badly: worth another try in a while."""


class SourceChanged(IngestError):
    """A source no longer keeps its contract: a column has vanished or has another type."""
