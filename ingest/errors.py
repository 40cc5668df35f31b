"""What can go wrong on the way into Bronze, said in one line."""

from larder.errors import LarderError


class IngestError(LarderError):
    """A source could not be loaded: what, where, what to do next. Nothing of the failed load is in Bronze."""


class SourceUnavailable(IngestError):
    """A source did not answer, or not well: worth trying again in a while."""


class SourceChanged(IngestError):
    """A source no longer has a column that its contract names."""
