"""Say in one line what is wrong with the catalog or the disk, and what to do."""

import errno
import traceback

import requests
from pyiceberg.exceptions import RESTError
from sqlalchemy.exc import DBAPIError

from larder import settings
from larder.redaction import redact_error

# What the clients of catalogs raise; those of sources raise the same.
CLIENTS = (DBAPIError, requests.RequestException, RESTError)
# No space, a quota, or a limit of a file's size.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def describe_storage_error(error: BaseException) -> str | None:
    """What is wrong, and what to do next; None if the error is not of the catalog or a full disk."""
    # SQLAlchemy adds the address of a page to a driver's own words.
    words = redact_error(error.orig if isinstance(error, DBAPIError) and error.orig else error)
    if _is_full(error):
        return (
            f"the disk is full ({words}). Free space in {settings.home()} and where the tables' files are, "
            f"then run this again, which loads what is missing"
        )
    if not _is_of_catalog(error):
        return None
    if "database is locked" in words:
        return (
            "another program keeps the catalog's SQLite file locked (database is locked). End that program, "
            "or wait for it, then run this again"
        )
    return describe_catalog_error(words)


def describe_catalog_error(words: str) -> str:
    """What to do about any other error of the catalog, whose text is given."""
    return (
        f"the catalog cannot be used ({words}). See that it is up and that its settings are right "
        f"(`larder doctor`), then run this again"
    )


def _is_full(error: BaseException) -> bool:
    is_file = isinstance(error, OSError) and error.errno in FULL
    return is_file or (isinstance(error, DBAPIError) and "database or disk is full" in str(error.orig))


def _is_of_catalog(error: BaseException) -> bool:
    """Whether the catalog's client, not a source's, got the error of a database or of HTTP."""
    frames = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    return isinstance(error, CLIENTS) and any(name.startswith("pyiceberg.catalog") for name in frames)
