"""What can go wrong on the way into Bronze, said in one line."""

import re

from larder.errors import LarderError

MASK = "***"
LONGEST = 300  # characters: more of a stranger's words hides what to do next


class IngestError(LarderError):
    """A source could not be loaded: what, where, what to do next. The next ingest takes up the rest."""


class SourceUnavailable(IngestError):
    """A source did not answer, or not well: worth trying again in a while."""


class SourceChanged(IngestError):
    """A source no longer keeps to its contract: a column has vanished or is of another type."""


def said(words: object) -> str:
    """What a library's error (or other foreign text) says, fit for one line.

    No line breaks, no user and password in URLs, not too long.
    """
    line = re.sub(r"://[^/\s]*@", "://***@", " ".join(str(words).split())) or type(words).__name__
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def without_values(words: str) -> str:
    """What an engine said, without the values that it quotes: they may be a household's."""
    quoted = re.sub(r"'(?:[^'\\]|\\.)*'", f"'{MASK}'", words)
    return re.sub(r"\b(value|key)(:?) (?!')[^\s`\"]+", rf"\1\2 {MASK}", quoted)


def root_cause(error: BaseException) -> BaseException:
    """What an error was raised from in the end; an `IngestError` on the way is where the search ends."""
    while not isinstance(error, IngestError) and (cause := error.__cause__ or error.__context__):
        error = cause
    return error
