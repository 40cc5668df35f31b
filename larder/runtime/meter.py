"""Measure time and peak memory of each step of a command, over all its processes."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

INTERVAL_SECONDS = 0.5


@dataclass(frozen=True)
class Step:
    """A measured step: wall-clock seconds, and the peak memory of all processes together, in bytes."""

    name: str
    seconds: float
    peak_bytes: int


def tree(roots: Iterable[int]) -> list[psutil.Process]:
    """The processes with these ids and all their descendants, each once."""
    found: dict[int, psutil.Process] = {}
    for pid in roots:
        try:
            root = psutil.Process(pid)
            found |= {process.pid: process for process in (root, *root.children(recursive=True))}
        except psutil.NoSuchProcess:
            continue
    return list(found.values())


def memory(processes: Iterable[psutil.Process]) -> int:
    """Memory of several processes in bytes; shared memory counts once if the system reports PSS."""
    total = 0
    for process in processes:
        try:
            full = process.memory_full_info()
            total += getattr(full, "pss", full.rss)
        except psutil.AccessDenied:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


class Meter:
    """Measures steps one by one; `roots` returns the ids of the processes to count, with descendants."""

    def __init__(self, roots: Callable[[], Iterable[int]]) -> None:
        """Start with no steps."""
        self._roots = roots
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure the block as a step; a step that fails is not recorded."""
        done = threading.Event()
        peak = 0

        def watch() -> None:
            nonlocal peak
            while True:
                peak = max(peak, memory(tree(self._roots())))
                if done.wait(INTERVAL_SECONDS):
                    return

        watcher = threading.Thread(target=watch, name="meter", daemon=True)
        began = time.monotonic()
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
        self.steps.append(Step(name, time.monotonic() - began, peak))
