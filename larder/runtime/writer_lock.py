"""One writer at a time in a state folder, whoever starts it: schedule, UI or terminal."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.logging import get_run_logger

from larder import settings


@contextmanager
def one_writer() -> Iterator[None]:
    """Wait until no other run writes, and keep others off meanwhile. A killed run frees its place at once.

    Prefect's work queue already keeps scheduled runs apart; it knows nothing of runs in a terminal.
    """
    path = settings.home() / "writer.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting = f"Another run writes in {settings.home()}: waiting for its end"
            get_run_logger().warning(waiting)
            # A terminal shows no log.
            print(waiting, file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
