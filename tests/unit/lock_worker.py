"""A process that contends for a lock: `python -m tests.unit.lock_worker contend|hold FOLDER …`.

The operating system's lock on the file `inside` is the witness that two were never inside at once: it is
released when a process is killed.
"""

import fcntl
import sys
import time
from pathlib import Path

from larder.errors import LockLost
from larder.lake import lease


def contend(folder: Path, rounds: int) -> None:
    """Acquire the lock, add one to the file `counter` and release the lock, so many times."""
    counter = folder / "counter"
    for _ in range(rounds):
        with lease.acquire("stress", "contend") as held, (folder / "inside").open("w") as inside:
            try:
                fcntl.flock(inside, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                (folder / "two-were-inside").touch()
                raise
            count = int(counter.read_text() or 0)
            write(folder, "entered")
            time.sleep(0.01)  # gives others the chance to enter
            held.check()
            counter.write_text(str(count + 1))
            write(folder, "left")


def hold(folder: Path, stale_seconds: float) -> None:
    """Acquire the lock, then try to publish when the file `go` is there."""
    lease.STALE_SECONDS = lease.LONGEST_STEP_SECONDS = stale_seconds
    held = lease.acquire("stress", "hold")
    (folder / "held").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    try:
        held.check()
    except LockLost as error:
        (folder / "lost").write_text(str(error))
        return
    (folder / "published").touch()


def write(folder: Path, line: str) -> None:
    """Add a line to the file `log`; short appends are atomic."""
    with (folder / "log").open("a") as log:
        log.write(f"{line}\n")


if __name__ == "__main__":
    lease.POLL_SECONDS, lease.HEARTBEAT_SECONDS = 0.05, 0.2
    command, place, argument = sys.argv[1:]
    if command == "contend":
        contend(Path(place), int(argument))
    else:
        hold(Path(place), float(argument))
