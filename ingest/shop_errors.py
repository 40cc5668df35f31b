"""What the shop database's driver reports, in one line that says what to do and holds no secret."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import adbc_driver_postgresql.dbapi as adbc

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.redaction import foreign, said, without_values

# SQLSTATE classes and codes, from the appendix "PostgreSQL Error Codes" of its manual.
LOGIN_REFUSED = ("28", "3D")
CHANGED = ("42",)


@contextmanager
def connecting() -> Iterator[None]:
    """Say why there is no connection.

    Raises:
        SourceUnavailable: the database does not answer.
        IngestError: it refuses the login, or the connection string cannot be used.
    """
    try:
        yield
    except adbc.Error as error:
        words = _servers_words(error)
        if words is None:
            # The driver's own words repeat parts of the connection string, and so of the password.
            kind = SourceUnavailable if "host name" in str(error) else IngestError
            raise kind(
                "shop database: the connection string of SOURCES__SHOP__CREDENTIALS does not lead to a "
                "server; it reads postgresql://user:password@host:port/database, with %40 %3A %2F %25 for "
                "@ : / % in the password; mend it, then run the date again"
            ) from None
        if (error.sqlstate or "").startswith(LOGIN_REFUSED) or re.search(r"password|does not exist", words):
            raise IngestError(
                f"shop database: {words}; mend SOURCES__SHOP__CREDENTIALS, then run the date again"
            ) from error
        raise SourceUnavailable(
            f"shop database: {words}; see that it is up (the demo's: `larder demo status`) and that "
            f"SOURCES__SHOP__CREDENTIALS is right, then run the date again"
        ) from error


@contextmanager
def reading() -> Iterator[None]:
    """Say why a query failed.

    Raises:
        SourceChanged: a table or a column is not there any more, or may not be read.
        SourceUnavailable: the database broke off.
    """
    try:
        yield
    except (adbc.Error, OSError) as error:  # a reader of batches that breaks off raises Arrow's own OSError
        words = _servers_words(error) or foreign(error)
        if isinstance(error, adbc.Error) and (error.sqlstate or "").startswith(CHANGED):
            raise SourceChanged(
                f"shop database: {words}; bring it back or grant it to the ingest role, or change the "
                f"contract in ingest/shop.py and the models that read it, then run the date again"
            ) from error
        raise SourceUnavailable(
            f"shop database: {words}; see that it is up (the demo's: `larder demo status`), "
            f"then run the date again"
        ) from error


def _servers_words(error: Exception) -> str | None:
    """The line that came from the server or the network; None where the driver never got that far."""
    line = str(error).strip().splitlines()[0]
    found = re.search(r"(?:ERROR|FATAL):\s+(.*)|(connection to server .*)", line)
    return found and said(without_values(found[1] or found[2]))
