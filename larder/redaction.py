"""Make text from libraries and engines safe to show: one line, no passwords, no personal data."""

import re

from larder.errors import LarderError

MASK = "***"
LONGEST = 300  # characters: a longer quotation would hide what to do next
# How engines quote values. An apostrophe within a word neither opens nor closes a quote. A quote that is
# still open at the end of the text, which may have been truncated, extends to the end.
VALUES = (
    (re.compile(r"(?<!\w)([bnrux]?)'(?:[^'\\]|\\.|'(?=\w))*(?:'|\\?\Z)", re.DOTALL | re.I), rf"\1'{MASK}'"),
    # Postgres and JSON: invalid input syntax for type integer: "Smith", "name": "Smith".
    (re.compile(r"(: ?|\bvalue )\"(?:[^\"\\]|\\.)*(?:\"|\\?\Z)", re.DOTALL), rf'\1"{MASK}"'),
    # Arrow: Could not convert 4711 with type int.
    (re.compile(r"\b(convert) .*? (with type)", re.DOTALL), rf"\1 {MASK} \2"),
    (re.compile(r"\b(value|key)(:?) (?!')[^\s`\"]+"), rf"\1\2 {MASK}"),
)


def to_one_line(words: object) -> str:
    """The text of a library's error, or any other text, as one line.

    Line breaks and credentials in URLs are removed, and a long text is cut.
    """
    line = re.sub(r"://[^/\s]*@", "://***@", " ".join(str(words).split())) or type(words).__name__
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def redact_error(error: BaseException) -> str:
    """A library's error as one line (see `to_one_line`), without the values that it quotes."""
    if isinstance(error, OSError) and error.filename:
        return to_one_line(f"{error.strerror}: {error.filename}")
    # Redact first: once the text is cut, an open quote looks like an apostrophe.
    words = redact(str(error))
    return to_one_line(words if re.search(r"\w", words) else f"{type(error).__name__} {words}".strip())


def describe_error(error: BaseException) -> str:
    """Any error as one line. Our own errors are shown as they are; those of libraries are redacted."""
    return to_one_line(error) if isinstance(error, LarderError) else redact_error(error)


def redact(words: str) -> str:
    """An engine's message without the values that it quotes, which may be personal data.

    Names in double quotes or backticks stay, except in contexts that can only hold a value.
    """
    for pattern, replacement in VALUES:
        words = pattern.sub(replacement, words)
    return words
