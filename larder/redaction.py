"""Text from elsewhere made fit for people: one line, no passwords, nobody's data."""

import re

from larder.errors import LarderError

MASK = "***"
LONGEST = 300  # characters: more of a stranger's words hides what to do next
# How engines quote values. An apostrophe within a word neither opens a quote nor closes one; a quote that
# nothing closes, since the words were cut, ends with them.
VALUES = (
    (re.compile(r"(?<!\w)([bnrux]?)'(?:[^'\\]|\\.|'(?=\w))*(?:'|\\?\Z)", re.DOTALL | re.I), rf"\1'{MASK}'"),
    # Postgres and JSON: invalid input syntax for type integer: "Smith", "name": "Smith".
    (re.compile(r"(: ?|\bvalue )\"(?:[^\"\\]|\\.)*(?:\"|\\?\Z)", re.DOTALL), rf'\1"{MASK}"'),
    # Arrow: Could not convert 4711 with type int.
    (re.compile(r"\b(convert) .*? (with type)", re.DOTALL), rf"\1 {MASK} \2"),
    (re.compile(r"\b(value|key)(:?) (?!')[^\s`\"]+"), rf"\1\2 {MASK}"),
)


def said(words: object) -> str:
    """What a library's error (or other foreign text) says, fit for one line.

    No line breaks, no user and password in URLs, not too long.
    """
    line = re.sub(r"://[^/\s]*@", "://***@", " ".join(str(words).split())) or type(words).__name__
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def foreign(error: BaseException) -> str:
    """What a library's error says, fit for one line (see `said`) and without the values that it quotes."""
    if isinstance(error, OSError) and error.filename:
        return said(f"{error.strerror}: {error.filename}")
    # The values first: a quote that the cut has left open could not be told from an apostrophe.
    words = without_values(str(error))
    return said(words if re.search(r"\w", words) else f"{type(error).__name__} {words}".strip())


def told(error: BaseException) -> str:
    """Any error in one line: our own say what they should, others are foreign."""
    return said(error) if isinstance(error, LarderError) else foreign(error)


def without_values(words: str) -> str:
    """What an engine said, without the values that it quotes: they may be a household's.

    Names in double quotes or backticks stay, except where such quotes can only hold a value.
    """
    for pattern, instead in VALUES:
        words = pattern.sub(instead, words)
    return words
