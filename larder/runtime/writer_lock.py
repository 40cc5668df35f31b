"""The lock that allows one writer per catalog, on whatever machine, by schedule, UI or terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prefect import runtime
from prefect.logging import get_run_logger

from larder import settings
from larder.lake.lease import WRITER, Lease, acquire
from larder.lake.owner import Owner


@contextmanager
def one_writer() -> Iterator[Lease]:
    """Wait until no other run writes, and lock others out during the block, which is part of a flow run.

    Prefect's work queue already serializes scheduled runs; it does not know about runs in a terminal or on
    another machine. The lock of a killed run is taken over. Call `check` of the lease before each step: it
    raises `LockLost` if this run's own lock was.

    Raises:
        LockHeld: another run writes, and this one was started with `--no-wait`.
    """
    run = runtime.flow_run
    with acquire(WRITER, str(run.name), str(run.id), wait=settings.waits(), on_wait=_report) as held:
        yield held


def _report(owner: Owner) -> None:
    message = f"Another run writes: {owner}. Waiting for its end"
    get_run_logger().warning(message)
    # The terminal does not show the log.
    print(message, file=sys.stderr, flush=True)
