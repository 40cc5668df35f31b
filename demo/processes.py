"""Starts, finds again and stops processes that outlive the command that starts them.

A process is identified by its id and its start time, so that a process that reuses the id is left alone.
"""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psutil

from larder.processes import find_process

_KILLED_SECONDS = 60  # a killed process can only be delayed by the kernel


@dataclass(frozen=True)
class Started:
    """A process that was started: its id and start time (seconds since 1970-01-01 UTC)."""

    pid: int
    started_at: float


@dataclass(frozen=True)
class Account:
    """A user of this machine to run a process as."""

    name: str
    uid: int
    gid: int


class AccountOptions(TypedDict, total=False):
    """The options of `subprocess` for running a command as another user."""

    user: int
    group: int
    extra_groups: list[int]


def spawn(command: Sequence[str], log: Path, folder: Path, account: Account | None = None) -> Started:
    """Start a process in its own session and in `folder`, as `account` if given; its output goes to `log`."""
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
        return Started(process.pid, 0.0)  # it ended at once, and `is_running` will say so


def as_account(account: Account | None) -> AccountOptions:
    """The options for an account; none for the current user."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def is_running(started: Started | None) -> bool:
    """Whether exactly this process is still running."""
    return _find(started) is not None


def stop(started: Started | None, signals: Sequence[int], seconds_each: float = 10) -> None:
    """Stop a process and its children: send each signal in turn until they have ended, finally kill them."""
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
    return find_process(started.pid, started.started_at)
