"""One writer at a time in a state folder, whoever starts it: schedule, UI or terminal."""

import fcntl
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
            get_run_logger().warning("Another run writes in %s: waiting for its end", settings.home())
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
