"""The traces behind one-line errors: `logs/ingest-<source>.log` in the state folder, for its owner only."""

import os
import re
import traceback
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from larder import settings
from larder.redaction import MASK, redact

# The log and one older file may each be as long as this, plus one entry.
LONGEST_LOG = 1_000_000  # bytes
LONGEST_ENTRY = 100_000  # characters
ADDRESS = re.compile(r"://[^/\s]*@")
QUERY = re.compile(r"\?[^\s)\"'`]+")


def write(source: str, error: BaseException, secrets: Iterable[str] = ()) -> Path | None:
    """Add an error and its causes to a source's log, without the values that they quote.

    Args:
        source: the source's name.
        error: the error.
        secrets: values of settings, which are masked wherever they occur.

    Returns:
        The log; None if it cannot be written.
    """
    entry = "\n".join(_describe(error))
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        entry = entry.replace(secret, MASK)
    try:
        return _append(
            source, f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{entry[:LONGEST_ENTRY]}\n\n"
        )
    except OSError:
        return None


def _append(source: str, text: str) -> Path:
    path = settings.home() / "logs" / f"ingest-{source}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LONGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(text.encode("utf-8", "backslashreplace"))
    return path


def _describe(error: BaseException) -> Iterator[str]:
    """The lines of an error's trace, its cause first."""
    chain = list(causes(error))
    for one in reversed(chain):
        for frame in traceback.extract_tb(one.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        words = QUERY.sub(f"?{MASK}", ADDRESS.sub(f"://{MASK}@", redact(str(one))))
        yield f"{type(one).__module__}.{type(one).__qualname__}: {words}"


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, its cause, the cause's cause, and so on."""
    seen: set[int] = set()
    found: BaseException | None = error
    # What an iterator ends with only comes before an error, and says nothing about it.
    while found is not None and id(found) not in seen and not isinstance(found, StopIteration):
        seen.add(id(found))
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
        if isinstance(found, StopIteration):  # only how Python ended a loop before
            return
