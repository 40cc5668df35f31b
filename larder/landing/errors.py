"""Turn the errors of a load into one line that says what to do and holds no secret."""

from collections.abc import Iterator
from contextlib import contextmanager

import adbc_driver_postgresql.dbapi as adbc
import requests
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.landing import http_errors, postgres
from larder.landing.contract import REMEDY
from larder.landing.dlt_internals import DltException
from larder.landing.paging import BadPage
from larder.landing.sources import Source
from larder.redaction import redact_error

LIBRARIES = (
    BadPage,
    DltException,
    SQLAlchemyError,
    requests.RequestException,
    adbc.Error,
    UnicodeEncodeError,
)
# Errors whose own message is the most specific in a chain of causes.
SPECIFIC = (BadPage, IngestError, requests.RequestException, adbc.Error, DBAPIError)


@contextmanager
def in_one_line(name: str, source: Source | None = None, where: str = "") -> Iterator[None]:
    """Turn the errors that libraries raise in the block into an `IngestError`.

    Args:
        name: the source, or the namespace that is loaded.
        source: its module, whose settings the message may name.
        where: the resource that is read, if known.

    Raises:
        IngestError: what is wrong, where, and what to do next; or the block's own `IngestError`, without the
            error that dlt wrapped around it.
    """
    try:
        yield
    except LIBRARIES as error:
        cause = _find_cause(error)
        if isinstance(cause, IngestError):
            raise type(cause)(str(cause)) from error
        raise explain(name, cause, source, where) from error


def explain(name: str, error: BaseException, source: Source | None = None, where: str = "") -> IngestError:
    """Turn a library's error into one of ours; arguments as in `in_one_line`."""
    settings = source.variables(secret=False) if source else ""
    secrets = source.variables(secret=True) if source else ""
    match error:
        case BadPage() | requests.RequestException() | UnicodeEncodeError():
            return http_errors.explain(name, error, where, settings, secrets)
        case ValueError() if "header value" in str(error):
            return http_errors.explain(name, error, where, settings, secrets)
        case adbc.Error():
            return postgres.explain_reading(name, error)
        case NoSuchTableError():
            return SourceChanged(f"{name} database no longer has the table {error}; {REMEDY}")
        case DBAPIError() if source:
            return _explain_database(name, error, secrets or settings)
        case _:
            return IngestError(
                f"{where or name}: {redact_error(error)}; fix it and run the date again, which loads what "
                f"is missing in Bronze"
            )


def _explain_database(name: str, error: DBAPIError, settings: str) -> IngestError:
    """A database error from SQLAlchemy; the class of the driver's error shows if there was a connection."""
    words = redact_error(error.orig or error)
    if type(error.orig).__name__ == "OperationalError":
        return SourceUnavailable(
            f"{name} database: {words}; see that it is up and that {settings} is right, then run the date "
            f"again"
        )
    return IngestError(f"{name} database: {words}; fix it, then run the date again")


def _find_cause(error: BaseException) -> BaseException:
    """The first specific error in a chain of causes, else the last one."""
    while not isinstance(error, SPECIFIC) and (cause := error.__cause__ or error.__context__):
        error = cause
    return error
