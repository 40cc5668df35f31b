"""What goes wrong in a load, whoever raised it, as one line that says what to do and holds no secret."""

from collections.abc import Iterator
from contextlib import contextmanager

import adbc_driver_postgresql.dbapi as adbc
import requests
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.landing import http, postgres
from larder.landing.contract import REMEDY
from larder.landing.dlt_internals import DltException
from larder.landing.sources import Source
from larder.redaction import foreign

LIBRARIES = (DltException, SQLAlchemyError, requests.RequestException, adbc.Error, UnicodeEncodeError)
# Whose own words say best what happened: what they were raised from says less.
TELLING = (IngestError, requests.RequestException, adbc.Error, DBAPIError)


@contextmanager
def in_one_line(name: str, source: Source | None = None, where: str = "") -> Iterator[None]:
    """Turn what libraries raise in the block into an `IngestError`.

    Args:
        name: the source, or what else is loaded.
        source: its module, whose settings the line may name.
        where: what of it is read, if that is known.

    Raises:
        IngestError: what was wrong, where, and what to do next; or the block's own one, without what dlt
            wrapped around it.
    """
    try:
        yield
    except LIBRARIES as error:
        cause = _telling_cause(error)
        if isinstance(cause, IngestError):
            raise type(cause)(str(cause)) from error
        raise explain(name, cause, source, where) from error


def explain(name: str, error: BaseException, source: Source | None = None, where: str = "") -> IngestError:
    """A library's error as one of ours; arguments as of `in_one_line`."""
    settings = source.variables(secret=False) if source else ""
    secrets = source.variables(secret=True) if source else ""
    match error:
        case requests.RequestException() | UnicodeEncodeError():
            return http.explain(name, error, where, settings, secrets)
        case ValueError() if "header value" in str(error):
            return http.explain(name, error, where, settings, secrets)
        case adbc.Error():
            return postgres.explain_reading(name, error)
        case NoSuchTableError():
            return SourceChanged(f"{name} database no longer has the table {error}; {REMEDY}")
        case DBAPIError() if source:
            return _explain_database(name, error, secrets or settings)
        case _:
            return IngestError(
                f"{where or name}: {foreign(error)}; mend it and run the date again, which takes up what "
                f"is missing in Bronze"
            )


def _explain_database(name: str, error: DBAPIError, settings: str) -> IngestError:
    """What a database said through SQLAlchemy; its driver's class tells whether it was there at all."""
    words = foreign(error.orig or error)
    if type(error.orig).__name__ == "OperationalError":
        return SourceUnavailable(
            f"{name} database: {words}; see that it is up and that {settings} is right, then run the date "
            f"again"
        )
    return IngestError(f"{name} database: {words}; mend it, then run the date again")


def _telling_cause(error: BaseException) -> BaseException:
    """The first error of a chain of causes whose words say what happened, else the last."""
    while not isinstance(error, TELLING) and (cause := error.__cause__ or error.__context__):
        error = cause
    return error
