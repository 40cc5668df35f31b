"""Commits to the quarantine, one at a time."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pyarrow as pa
from pyiceberg.exceptions import CommitFailedException, ValidationException
from pyiceberg.expressions import And
from pyiceberg.table import Table, TableProperties

from larder import settings
from larder.errors import LarderError
from larder.quarantine.conditions import is_one_of

T = TypeVar("T")
TRIES = 6
FIRST_WAIT_SECONDS = 0.2


def commit(change: Callable[[], T]) -> T:
    """Run a change while no other process of this state folder changes the quarantine; return its result.

    Processes of other machines may share the catalog: if one of them commits first, the change runs again.
    It must read what it changes.

    Raises:
        LarderError: other processes kept committing first.
    """
    with _lock():
        for attempt in range(TRIES):
            try:
                return change()
            except (CommitFailedException, ValidationException):
                time.sleep(FIRST_WAIT_SECONDS * 2**attempt)
    raise LarderError(
        f"quarantine.records: other processes changed it in each of {TRIES} tries. Run the command again."
    )


def replace(target: Table, record_ids: list[Any], states: list[Any], rows: pa.Table) -> None:
    """Replace records that have one of the states by rows, in one commit."""
    if rows.num_rows == 0:
        return
    # A commit that another one preceded must be planned again: both may hold the same record. pyiceberg does
    # not check that when it tries again itself; Spark does, so this is not set in the catalog.
    target.metadata.properties[TableProperties.COMMIT_NUM_RETRIES] = "0"
    with target.transaction() as change:
        if record_ids:
            # The state limits the files that are read and rewritten.
            change.delete(And(is_one_of("state", states), is_one_of("record_id", record_ids)))
        change.append(rows)


@contextmanager
def _lock() -> Iterator[None]:
    """Wait for other changes from this state folder. Released if killed."""
    path = settings.home() / "quarantine.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
