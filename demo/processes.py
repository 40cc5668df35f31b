"""Processes that outlive the command that starts them: started, recognised later, stopped.

A process is known by its id and its start time together, so that an id the system has given away since is
left alone.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psutil

_KILLED_SECONDS = 60  # only the system's own work keeps a killed process
_START_TIME_TOLERANCE = 2.0  # seconds: the system's boot time, which psutil adds, may be corrected meanwhile


@dataclass(frozen=True)
class Started:
    """A process this project started: its id and start time (seconds since 1970-01-01 UTC)."""

    pid: int
    started_at: float


@dataclass(frozen=True)
class Account:
    """A user of this machine to run a process as."""

    name: str
    uid: int
    gid: int


class AccountOptions(TypedDict, total=False):
    """The options with which `subprocess` runs a command as another user."""

    user: int
    group: int
    extra_groups: list[int]


def spawn(command: Sequence[str], log: Path, folder: Path, account: Account | None = None) -> Started:
    """Start a process of its own session in `folder`, its output appended to `log`, as `account` if given."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_account(account),
        )
    try:
        return Started(process.pid, psutil.Process(process.pid).create_time())
    except psutil.NoSuchProcess:
        return Started(process.pid, 0.0)  # ended at once: whoever waits for it will find it not running


def as_account(account: Account | None) -> AccountOptions:
    """The options for an account; none for the user we are."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def is_running(started: Started | None) -> bool:
    """Whether that very process still runs."""
    return _find(started) is not None


def stop(started: Started | None, signals: Sequence[int], seconds_each: float = 10) -> None:
    """End a process and its children: each signal in turn until they have ended, at last by force."""
    process = _find(started)
    if process is None:
        return
    try:
        family = [process, *process.children(recursive=True)]
        for signal in signals:
            process.send_signal(signal)
            _, family = psutil.wait_procs(family, timeout=seconds_each)
            if not family:
                return
        for survivor in family:
            survivor.kill()
        psutil.wait_procs(family, timeout=_KILLED_SECONDS)
    except psutil.NoSuchProcess:
        return


def _find(started: Started | None) -> psutil.Process | None:
    if started is None or started.pid == os.getpid():
        return None
    try:
        process = psutil.Process(started.pid)
        same = abs(process.create_time() - started.started_at) < _START_TIME_TOLERANCE
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None
