"""Explain in one line why a PostgreSQL database could not be read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import adbc_driver_postgresql.dbapi as adbc
import psycopg

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.redaction import redact, redact_error, to_one_line

# SQLSTATE classes and codes, from the appendix "PostgreSQL Error Codes" of its manual.
LOGIN_REFUSED = ("28", "3D")
CHANGED = ("42",)
BAD_TEXT = "22021"


class ConnectionLost(Exception):
    """The server went away while rows were read."""


DRIVERS = (adbc.Error, psycopg.Error, ConnectionLost)


@contextmanager
def connecting(name: str) -> Iterator[None]:
    """Explain why a connection failed, in the block.

    Raises:
        SourceUnavailable: the database does not answer.
        IngestError: it refuses the login, or the connection string cannot be used.
    """
    setting = f"SOURCES__{name.upper()}__CREDENTIALS"
    try:
        yield
    except DRIVERS as error:
        words = _server_message(error)
        if words is None:
            # The driver's own message repeats parts of the connection string, and so of the password.
            kind = SourceUnavailable if "host" in str(error) else IngestError
            raise kind(
                f"{name} database: the connection string of {setting} does not lead to a "
                "server; it must be postgresql://user:password@host:port/database, with %40 %3A %2F %25 for "
                "@ : / % in the password; fix it, then run the date again"
            ) from None
        if _state(error).startswith(LOGIN_REFUSED) or re.search(r"password|does not exist", words):
            raise IngestError(f"{name} database: {words}; fix {setting}, then run the date again") from error
        raise SourceUnavailable(
            f"{name} database: {words}; see that it is up (the demo's: `larder demo status`) and that "
            f"{setting} is right, then run the date again"
        ) from error


def explain(name: str, error: Exception, where: str = "") -> IngestError:
    """Turn a driver's error into one of ours.

    Args:
        name: the source.
        error: what a driver raised when it ran a query.
        where: the table that was read, if known.
    """
    table = where.partition(" (")[0]
    subject = f"{name} database, {table}" if table else f"{name} database"
    words = _server_message(error) or redact_error(error)
    state = _state(error)
    if state.startswith(CHANGED):
        return SourceChanged(
            f"{subject}: {words}; bring it back or grant it to the ingest role, or change the "
            f"contract in ingest/{name}.py and the models that read it, then run the date again"
        )
    if state == BAD_TEXT:
        return IngestError(
            f"{subject}: a text is not valid in the database's encoding ({words}); fix it in the source, "
            f"then run the date again"
        )
    if state and not state.startswith(("08", "57")):
        return IngestError(f"{subject}: {words}; fix it, then run the date again")
    return SourceUnavailable(
        f"{subject}: {words}; see that it is up (the demo's: `larder demo status`), then run the date again"
    )


def _state(error: Exception) -> str:
    return str(getattr(error, "sqlstate", None) or "")


def _server_message(error: Exception) -> str | None:
    """The message from the server or the network; None if the error is the driver's own."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        return to_one_line(redact(error.diag.message_primary))
    line = str(error).strip().splitlines()[0] if str(error).strip() else ""
    found = re.search(r"(?:ERROR|FATAL):\s+(.*)|(connection to server .*)", line)
    return found and to_one_line(redact(found[1] or found[2]))
