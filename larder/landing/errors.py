"""Turn the errors of a load into one line that says what to do and holds no secret."""

import inspect
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from dlt.common.storages.fsspec_filesystem import FileItemDict
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError

from larder.config import find_setting
from larder.errors import IngestError, LarderError, SourceChanged, SourceUnavailable
from larder.lake.storage_errors import describe_storage_error
from larder.landing import error_log, postgres_errors, sql_loader
from larder.landing.apis import http_errors
from larder.landing.apis.json_pages import NotJson
from larder.landing.apis.paging import BadPage
from larder.landing.contract import REMEDY
from larder.landing.dlt_internals import DltException
from larder.landing.sources import Source
from larder.redaction import redact_error, to_one_line

# Errors whose own message is the most specific in a chain of causes.
SPECIFIC = (BadPage, NotJson, LarderError, requests.RequestException, *postgres_errors.DRIVERS, DBAPIError)
# Errors of libraries, which describe what is wrong. Others are faults in a source's own code.
LIBRARIES = (*SPECIFIC, DltException, SQLAlchemyError)
TRACE = "; the trace is in "
HEADERS = "latin-1"  # how HTTP's headers are encoded


@contextmanager
def in_one_line(name: str, source: Source | None = None, where: str = "") -> Iterator[None]:
    """Turn every error that is raised in the block into an `IngestError`; its trace is in the source's log.

    Args:
        name: the source, or the namespace that is loaded.
        source: its module, whose settings the message may name.
        where: the resource that is read, if known.

    Raises:
        IngestError: what is wrong, where, what to do next, and the log; or the block's own error, without
            what dlt wrapped around it.
    """
    try:
        yield
    except Exception as error:
        cause = _find_cause(error)
        ours = (
            cause
            if isinstance(cause, LarderError)
            else explain(name, cause, source, where, _find_file(error))
        )
        *_, first = error_log.causes(error)
        is_ours = isinstance(first, LarderError) or isinstance(cause, BadPage)
        if TRACE in str(ours) or is_ours:
            if ours is error:
                raise
            raise type(ours)(str(ours)) from error
        log = error_log.write(name, error, _secrets(source))
        raise type(ours)(f"{ours}{TRACE}{log}" if log else str(ours)) from error


def explain(
    name: str, error: BaseException, source: Source | None = None, where: str = "", file: str = ""
) -> IngestError:
    """Turn a library's error into one of ours; arguments as in `in_one_line`, and the file that was read."""
    settings = source.variables(secret=False) if source else ""
    secrets = source.variables(secret=True) if source else ""
    match error:
        case _ if problem := describe_storage_error(error):
            return IngestError(f"{where or name}: {problem}")
        case _ if _is_of_client(error):
            return http_errors.explain(name, error, where, settings, secrets)
        case _ if isinstance(error, postgres_errors.DRIVERS):
            return postgres_errors.explain(name, error, where)
        case NoSuchTableError() | sql_loader.MissingColumn():
            is_table = isinstance(error, NoSuchTableError)
            subject = (
                f"{name} database no longer has the table" if is_table else f"{where or name} no longer has"
            )
            return SourceChanged(f"{subject} {error}; {REMEDY}")
        case DBAPIError() if source:
            return _explain_database(name, error, secrets or settings, where)
        case _:
            subject = f"{where or name}, file {file}" if file else where or name
            return IngestError(
                f"{subject}: {_describe(error, source)}; fix it and run the date again, which loads what is "
                f"missing in Bronze"
            )


def _is_of_client(error: BaseException) -> bool:
    """Whether an HTTP client raised it, which checks headers itself."""
    is_header = isinstance(error, UnicodeEncodeError) and error.encoding == HEADERS
    is_header |= isinstance(error, ValueError) and "header value" in str(error)
    return is_header or isinstance(error, BadPage | requests.RequestException)


def _describe(error: BaseException, source: Source | None) -> str:
    """An error; one of a source's own code with the line at which it was raised."""
    if isinstance(error, NotJson):  # it has no values
        return str(error)
    if isinstance(error, LIBRARIES):
        return redact_error(error)
    frames = traceback.extract_tb(error.__traceback__)
    module = inspect.getsourcefile(inspect.unwrap(source.function)) if source else None
    own = [frame for frame in frames if frame.filename == module] or frames
    place = f" at {own[-1].filename.rpartition('/')[2]}:{own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{place} ({redact_error(error)})"


def _find_file(error: BaseException) -> str:
    """The name of the file that a reader of dlt was reading when an error was raised; empty if none."""
    for one in error_log.causes(error):
        for frame, _ in traceback.walk_tb(one.__traceback__):
            for value in frame.f_locals.values():
                if isinstance(value, FileItemDict):
                    return to_one_line(value["file_name"])
    return ""


def _explain_database(name: str, error: DBAPIError, settings: str, where: str) -> IngestError:
    """A database error from SQLAlchemy; the class of the driver's error shows if there was a connection."""
    driver = error.orig or error
    if type(driver).__name__ == "OperationalError":
        return SourceUnavailable(
            f"{name} database: {redact_error(driver)}; see that it is up and that {settings} is right, then "
            f"run the date again"
        )
    if isinstance(driver, postgres_errors.DRIVERS):
        return postgres_errors.explain(name, driver, where)
    return IngestError(f"{name} database: {redact_error(driver)}; fix it, then run the date again")


def _find_cause(error: BaseException) -> BaseException:
    """The first specific error in a chain of causes, else the last one."""
    chain = list(error_log.causes(error))
    return next((one for one in chain if isinstance(one, SPECIFIC)), chain[-1])


def _secrets(source: Source | None) -> list[str]:
    names = [name for name, is_secret in source.settings.items() if is_secret] if source else []
    return [find_setting(f"sources.{source.name}.{name}") for name in names] if source else []
