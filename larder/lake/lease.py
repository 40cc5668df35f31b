"""Locks that keep the processes of all machines that share the catalog apart.

The owner of a lock renews it by a heartbeat: each is a commit, so the lock's version changes. Others wait,
and take the lock over

- at once if the owner's process was one of this machine and has ended;
- otherwise if the version has not changed for `STALE_SECONDS`, which the waiting process measures with its
  own monotonic clock. The clocks of two machines are never compared.

An owner that could not send heartbeats, say because its laptop was asleep, may have lost its lock. It finds
out with the next heartbeat, and by `Lease.check` before it publishes anything.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Self

from larder.errors import CatalogUnavailable, LockHeld, LockLost
from larder.lake.lock_table import Entry, LockTable
from larder.lake.owner import Owner

logger = logging.getLogger(__name__)

# The lock of whoever writes silver and gold.
WRITER = "writer"

HEARTBEAT_SECONDS = 15.0
# Longer than a heartbeat and the minute that it may wait for a locked SQLite catalog.
STALE_SECONDS = 120.0
POLL_SECONDS = 1.0
# Between two looks at a lock, at most this much counts as waiting. What exceeds it was an outage or sleep of
# the waiting side, during which the owner's heartbeats may not have been seen or possible either.
LONGEST_STEP_SECONDS = 5.0
# The tokens of the locks that this process holds.
_held: set[str] = set()


class Watch:
    """Measures for how long a lock's version has stayed the same."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now` is a clock in seconds that never goes back."""
        self._now = now
        self._version: int | None = None
        self._seen_at = now()
        self._unchanged = 0.0

    def is_stale(self, version: int | None) -> bool:
        """Note the version that was just read; whether it has been the same for `STALE_SECONDS`."""
        now = self._now()
        step, self._seen_at = min(now - self._seen_at, LONGEST_STEP_SECONDS), now
        self._unchanged = self._unchanged + step if version == self._version else 0.0
        self._version = version
        return self._unchanged >= STALE_SECONDS


class Lease:
    """A lock that this process holds: a context manager. A thread renews it until the block ends."""

    def __init__(self, table: LockTable, held: Entry) -> None:
        """Begin the heartbeats of a lock that was just acquired; `held` is its state."""
        self._table, self._held = table, held
        self._owner = held.owner
        self._lost: LockLost | None = None
        self._mutex = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send_heartbeats, name=table.name, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Return the lease."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Release the lock.

        Raises:
            LockLost: the block ended without an error, but another process had taken the lock over.
        """
        try:
            self.release()
        except CatalogUnavailable as failure:
            # The block is done. Others take the lock over once its heartbeats have stopped for a while.
            logger.warning("%s", failure)
        except LockLost as failure:
            if error is None:
                raise
            # It must not hide the error that ended the block.
            logger.warning("%s", failure)

    def check(self) -> None:
        """Renew the lock now. Call it before anything is published: others stay out for a while after it.

        Raises:
            LockLost: another process has taken it over.
            CatalogUnavailable: the catalog does not answer, so nobody can know.
        """
        with self._mutex:
            self._renew(self._owner)

    def release(self) -> None:
        """End the heartbeats and free the lock.

        Raises:
            LockLost: another process has taken it over.
            CatalogUnavailable: the catalog does not answer; others wait until the lock is stale.
        """
        self._ended.set()
        self._thread.join()
        # Even if the catalog does not answer now: this process may acquire the lock again.
        _held.discard(self._token)
        with self._mutex:
            self._renew(None)

    @property
    def _token(self) -> str:
        return self._owner.token if self._owner else ""

    def _renew(self, owner: Owner | None) -> None:
        if self._lost:
            raise self._lost
        renewed = self._table.swap(self._held, owner)
        if renewed is None:
            # A commit whose answer was lost is ours all the same.
            found = self._table.read()
            renewed = self._table.swap(found, owner) if found.owner == self._owner else None
        if renewed is None:
            self._lost = LockLost(
                f"{self._table.name}: this process sent no heartbeat for more than {STALE_SECONDS:.0f} "
                f"seconds, and another took its lock over: {found.owner or 'it has ended since'}. "
                f"Nothing more is published; run it again."
            )
            raise self._lost
        self._held = renewed

    def _send_heartbeats(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            try:
                self.check()
            except LockLost as error:
                logger.error("%s", error)
                return
            except CatalogUnavailable as error:
                logger.warning("heartbeat: %s", error)


def acquire(
    name: str,
    activity: str,
    run_id: str = "",
    *,
    wait: bool = True,
    on_wait: Callable[[Owner], None] | None = None,
    now: Callable[[], float] = time.monotonic,
) -> Lease:
    """Acquire a lock.

    Args:
        name: the lock; letters, digits and underscores.
        activity: what this process runs, which others see.
        run_id: the flow run, if there is one.
        wait: whether to wait for another owner.
        on_wait: called with the owner, once, before the first wait.
        now: a clock in seconds that never goes back.

    Raises:
        LockHeld: another process holds it, and `wait` is false.
        CatalogUnavailable: the catalog does not answer.
    """
    owner = Owner.describe_self(activity, run_id)
    # Before it is: another thread may look at the lock at once.
    _held.add(owner.token)
    try:
        return _wait(LockTable(name), owner, Watch(now), on_wait, wait)
    except BaseException:
        _held.discard(owner.token)
        raise


def _wait(
    table: LockTable, owner: Owner, watch: Watch, on_wait: Callable[[Owner], None] | None, wait: bool
) -> Lease:
    while True:
        found = table.read()
        is_stale = watch.is_stale(found.version)
        if found.owner is None or is_stale or _is_abandoned(found.owner, owner):
            if held := table.swap(found, owner):
                if found.owner:
                    logger.warning("%s: took over from %s, which has ended", table.name, found.owner)
                return Lease(table, held)
            continue
        if not wait:
            raise LockHeld(table.name, found.owner)
        if on_wait:
            on_wait(found.owner)
            on_wait = None
        # Not all at once: of many that wait, each commit lets only one through.
        time.sleep(POLL_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 not for security


def _is_abandoned(found: Owner, this: Owner) -> bool:
    """Whether a lock's owner has certainly ended, or is this process, which no longer holds the lock."""
    is_this = (found.machine, found.pid, found.started_at) == (this.machine, this.pid, this.started_at)
    return found.token not in _held if is_this else found.is_gone()
