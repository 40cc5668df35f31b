"""Run a business date of a small retailer again and again, and kill one of its processes each time."""

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.catalog import copy_catalog
from larder.settings import PROJECT
from tests.e2e.conftest import environment
from tests.small_data import INTERPRETED

HOUSEHOLDS = "20"
WAIT_SECONDS = 1200


@dataclass(frozen=True)
class Point:
    """When a run was killed (seconds after its start), which of its processes, and what differed afterwards.

    `differing` has, by table, what the undisturbed run and the next one hold.
    """

    seconds: float
    process: str
    differing: Mapping[str, tuple[str | None, str | None]]

    def __str__(self) -> str:
        """One line."""
        return f"killed {self.process} after {self.seconds:.1f} s: {'differs' if self.differing else 'equal'}"


class Harness:
    """A small retailer, a warehouse with its first date, and the tables of an undisturbed next date."""

    def __init__(self, folder: Path, *, is_short: bool = False) -> None:
        """Nothing is started yet.

        Args:
            folder: holds everything.
            is_short: run dates without their report and with fewer data tests.
        """
        self.home = folder / "home"
        self._run = [sys.executable, "-m", "tests.kills.run_date"] if is_short else _larder("run")
        self._environment = environment(folder) | {
            "DBT_LOG_PATH": str(folder / "logs"),
            "PYTHONPATH": str(PROJECT),
            **INTERPRETED,
        }
        self._base = folder / "base.db"
        self.seconds = 0.0
        self.expected: dict[str, str] = {}

    @contextmanager
    def retailer(self) -> Iterator[None]:
        """Start the retailer, run its first date, and run the next one undisturbed."""
        self._larder("demo", "start", "--date", "2017-12-28", "--households", HOUSEHOLDS)
        try:
            self._call(self._run)
            self._larder("demo", "advance")
            copy_catalog(self.home / "catalog.db", self._base)
            began = time.monotonic()
            self._call(self._run)
            self.seconds = time.monotonic() - began
            self.expected = self._checksums()
            yield
        finally:
            self._larder("demo", "stop")

    def kill(self, source: random.Random) -> Point:
        """Restore the state before the date, kill a run of it at a random point, run again, and compare."""
        copy_catalog(self._base, self.home / "catalog.db")
        shutil.rmtree(self.home / "dlt", ignore_errors=True)
        seconds = source.uniform(0, self.seconds)
        with subprocess.Popen(
            self._run,
            cwd=PROJECT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as run:
            processes, victim = self._wait(run, seconds, source.choice)
            run.wait(WAIT_SECONDS)
        try:
            # What is left of the killed run, such as Spark, may go on for a moment beside the next one.
            self._call(self._run)
            found = self._checksums()
        finally:
            end(processes)
        differing = {
            name: (self.expected.get(name), found.get(name))
            for name in sorted(self.expected.keys() | found.keys())
            if self.expected.get(name) != found.get(name)
        }
        return Point(seconds, victim, differing)

    @staticmethod
    def _wait(
        run: "subprocess.Popen[bytes]",
        seconds: float,
        choose: Callable[[list[psutil.Process]], psutil.Process],
    ) -> tuple[list[psutil.Process], str]:
        """Let a run go on for some seconds, then kill one of its processes.

        Returns its other processes, and the name of the killed one.
        """
        time.sleep(seconds)
        try:
            main = psutil.Process(run.pid)
            processes = [main, *main.children(recursive=True)]
            victim = choose(processes)
            name = "larder" if victim == main else victim.name()
            victim.kill()
        except psutil.NoSuchProcess:
            return [], "nothing: it had ended"
        return [process for process in processes if process != victim], name

    def _checksums(self) -> dict[str, str]:
        code = "import json; from tests.kills.contents import checksums; print(json.dumps(checksums()))"
        done = self._python("-c", code)
        found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
        return found

    def _larder(self, *arguments: str) -> None:
        self._call(_larder(*arguments))

    def _call(self, command: list[str]) -> None:
        done = subprocess.run(
            command, cwd=PROJECT, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}\n{done.stderr}"[-4000:]

    def _python(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )


def _larder(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("larder")), *arguments]


def end(processes: list[psutil.Process]) -> None:
    """End what a killed run left."""
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
