"""Processes, identified by id and start time: the system may have given an id to another one since."""

import os
import uuid
from pathlib import Path

import psutil

# Seconds: the boot time, which psutil adds to a process's start, may have been corrected since.
START_TIME_TOLERANCE = 2.0
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")


def find_process(pid: int, started_at: float) -> psutil.Process | None:
    """The process with this id and start time (seconds since 1970-01-01 UTC); None if it has ended."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started_at) < START_TIME_TOLERANCE
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def describe_machine() -> str:
    """The scope in which process ids can be looked up: this boot of this machine, PID namespace and user.

    Two processes with the same text see each other. A container has a PID namespace of its own, and another
    user's processes may be hidden. A reboot changes the text.
    """
    if BOOT_ID.exists():
        boot = BOOT_ID.read_text().strip()
    else:
        # In tens of seconds: a correction of the clock moves the boot time.
        boot = f"{uuid.getnode():x}-{psutil.boot_time():.0f}"[:-1]
    namespace = str(PID_NAMESPACE.readlink()) if PID_NAMESPACE.exists() else ""
    return f"{boot} {namespace} {os.getuid()}"
