"""A lock that allows one writer per state folder, whether started by schedule, UI or terminal."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging import get_run_logger

from larder import settings


@contextmanager
def one_writer() -> Iterator[None]:
    """Wait until no other run writes, and lock others out during the block. A killed run frees the lock.

    Prefect's work queue already serializes scheduled runs; it does not know about runs in a terminal.
    """
    path = settings.home() / "writer.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"Another run writes in {settings.home()}: waiting for its end"
            get_run_logger().warning(message)
            # The terminal does not show the log.
            print(message, file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
