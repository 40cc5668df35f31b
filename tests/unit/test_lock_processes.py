"""Processes that contend for a lock of the catalog, some of them killed or stopped."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from pyiceberg.utils.config import Config

from larder.lake import lease
from larder.lake.catalog import open_catalog
from larder.settings import PROJECT
from tests.patience import SECONDS
from tests.unit.postgres_databases import create_database
from tests.unit.rest_catalog import serve_catalog

ROUNDS = 8
KILLS = 6


@pytest.fixture(params=["sqlite", "postgresql", "rest"])
def catalog(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalog of each kind that several machines may share; yields the state folder."""
    home.mkdir()
    (home / "counter").write_text("0")
    (home / "log").touch()
    with ExitStack() as stack:
        if request.param == "postgresql":
            url = create_database(request.getfixturevalue("postgres"))
            use(monkeypatch, "sql", url.replace("postgresql://", "postgresql+psycopg://"), home)
        elif request.param == "rest":
            use(monkeypatch, "rest", stack.enter_context(serve_catalog(home)), home)
        open_catalog()
        yield home


def use(patch: pytest.MonkeyPatch, kind: str, uri: str, home: Path) -> None:
    """Use a catalog, in this process and in those that it starts."""
    values = {"TYPE": kind, "URI": uri, "WAREHOUSE": f"file://{home / 'warehouse'}"}
    for name, value in values.items():
        patch.setenv(f"PYICEBERG_CATALOG__LARDER__{name}", value)
    # pyiceberg has read the environment when it was imported.
    patch.setattr("pyiceberg.catalog._ENV_CONFIG", Config())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "POLL_SECONDS", 0.02)


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.unit.lock_worker", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(command, env=environment, cwd=PROJECT, stderr=subprocess.PIPE, text=True)


def wait_for(is_true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_true():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lines(folder: Path) -> list[str]:
    return (folder / "log").read_text().splitlines()


def has_more(folder: Path, entered: int) -> bool:
    return lines(folder).count("entered") > entered


def test_two_are_never_inside_and_all_make_progress_though_some_are_killed(catalog: Path) -> None:
    """Some processes contend, and others are killed while they hold the lock or wait for it."""
    survivors = [start("contend", catalog, ROUNDS) for _ in range(2)]
    chance = random.Random(7)  # noqa: S311 not for security
    for _ in range(KILLS):
        victim = start("contend", catalog, 10_000)
        wait_for(partial(has_more, catalog, lines(catalog).count("entered")), victim)
        # Anywhere in its round.
        time.sleep(chance.uniform(0, 0.3))
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
    for survivor in survivors:
        _, words = survivor.communicate(timeout=SECONDS)
        assert survivor.returncode == 0, words
    assert not (catalog / "two-were-inside").exists()
    entered, left = lines(catalog).count("entered"), lines(catalog).count("left")
    # A process that is killed between its count and its line counts without a line.
    assert left >= 2 * ROUNDS
    assert left <= int((catalog / "counter").read_text()) <= entered
    assert entered - left <= KILLS


@pytest.mark.usefixtures("quick")
def test_the_lock_of_a_killed_process_is_taken_over_at_once(catalog: Path) -> None:
    holder = start("hold", catalog, 1e9)
    wait_for((catalog / "held").exists, holder)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    # It would be stale only after a very long time.
    with lease.acquire("stress", "next", now=lambda: 0.0):
        pass


@pytest.mark.usefixtures("quick")
def test_an_owner_that_was_stopped_loses_its_lock_and_publishes_nothing(
    catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = start("hold", catalog, 1)
    wait_for((catalog / "held").exists, holder)
    holder.send_signal(signal.SIGSTOP)
    try:
        monkeypatch.setattr(lease, "STALE_SECONDS", 1.0)
        with lease.acquire("stress", "next") as held:
            (catalog / "go").touch()
            holder.send_signal(signal.SIGCONT)
            _, words = holder.communicate(timeout=SECONDS)
            held.check()
    finally:
        holder.kill()
    assert not (catalog / "published").exists(), words
    assert "another took its lock over: next on " in (catalog / "lost").read_text()


def test_heartbeats_leave_no_files(catalog: Path) -> None:
    """Of a hundred commits, the last few versions of the metadata are kept."""
    with lease.acquire("stress", "beat") as held:
        for _ in range(100):
            held.check()
    files = [path.name for path in (catalog / "warehouse").rglob("*") if path.is_file()]
    assert sum(name.endswith(".avro") for name in files) == 1
    assert len(files) <= 25
