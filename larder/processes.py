"""Processes, identified by id and start time: the system may have given an id to another one since."""

import psutil

# Seconds: the boot time, which psutil adds to a process's start, may have been corrected since.
START_TIME_TOLERANCE = 2.0


def find_process(pid: int, started_at: float) -> psutil.Process | None:
    """The process with this id and start time (seconds since 1970-01-01 UTC); None if it has ended."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started_at) < START_TIME_TOLERANCE
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None
