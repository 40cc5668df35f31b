"""Locks in the catalog, within one process: waiting, taking over, heartbeats, a catalog that fails."""

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from larder import settings
from larder.errors import CatalogUnavailable, LockHeld, LockLost
from larder.lake import lease, lock_table, owner
from larder.lake.lease import Watch, acquire
from larder.lake.lock_table import LockTable
from larder.lake.owner import Owner


@pytest.fixture(autouse=True)
def quick(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "POLL_SECONDS", 0.0)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[LockTable]:
    """The table of a lock that a process of another machine holds; its clock is years ahead."""
    table = LockTable("writer")
    here = Owner.describe_self("daily 2017-12-29", "2780efe6")
    there = replace(here, host="other", machine="other", pid=1, since=datetime(2199, 1, 1, tzinfo=UTC))
    assert table.swap(table.read(), there)
    yield table


def ticks(step: float) -> Any:
    """A clock that moves on by so many seconds each time it is read."""
    numbers = count()
    return lambda: next(numbers) * step


def test_a_free_lock_is_acquired_and_free_again_after_the_block() -> None:
    with acquire("writer", "daily 2017-12-29"):
        found = LockTable("writer").read().owner
        assert found
        assert found.activity == "daily 2017-12-29"
    assert LockTable("writer").read().owner is None
    with acquire("writer", "report 2017-12-29", wait=False):
        pass


def test_locks_of_other_names_do_not_matter() -> None:
    with acquire("ingest_shop", "ingest shop", wait=False), acquire("ingest_api", "ingest api", wait=False):
        pass


def test_without_waiting_one_line_says_who_holds_the_lock_and_since_when(elsewhere: LockTable) -> None:
    with pytest.raises(LockHeld) as caught:
        acquire("writer", "daily 2017-12-30", wait=False)
    assert str(caught.value) == (
        "locks.writer: held by daily 2017-12-29 (run 2780efe6) on other, process 1, "
        "since 2199-01-01 00:00:00 UTC. Run this again once that has ended."
    )


def test_a_lock_without_heartbeats_is_taken_over_and_the_wait_is_reported_once(
    elsewhere: LockTable, caplog: pytest.LogCaptureFixture
) -> None:
    waited: list[Owner] = []
    with acquire("writer", "next", on_wait=waited.append, now=ticks(1.0)) as held:
        held.check()
    assert [one.host for one in waited] == ["other"]
    assert "took over from daily 2017-12-29 (run 2780efe6) on other" in caplog.text


def test_a_lock_with_heartbeats_is_never_taken_over(elsewhere: LockTable) -> None:
    """Its owner sends one every 100 seconds, for a quarter of an hour; then it releases the lock."""
    moments = count(step=5)
    ends_at = 900
    heartbeats = []

    def now() -> float:
        moment = next(moments)
        if moment % 100 == 0 and moment <= ends_at:
            found = elsewhere.read()
            assert found.owner, "the lock was released"
            assert found.owner.host == "other", "the lock was taken over"
            heartbeats.append(elsewhere.swap(found, found.owner if moment < ends_at else None))
        return moment

    with acquire("writer", "next", now=now):
        assert next(moments) > ends_at
    assert None not in heartbeats


def test_sleep_and_outages_of_the_waiting_side_do_not_count_as_waiting() -> None:
    now = iter([0.0, 1.0, 100_000.0, 100_001.0]).__next__
    watch = Watch(now)
    assert [watch.is_stale(7) for _ in range(3)] == [False, False, False]


def test_the_time_is_measured_again_after_each_heartbeat() -> None:
    watch = Watch(ticks(5.0))
    for version in range(3):
        looks = [watch.is_stale(version) for _ in range(int(lease.STALE_SECONDS / 5) + 1)]
        assert looks.index(True) == len(looks) - 1


def test_the_lock_of_this_machines_process_that_has_ended_is_taken_over_at_once() -> None:
    table = LockTable("writer")
    gone = replace(Owner.describe_self("daily 2017-12-29"), started_at=1.0)
    assert table.swap(table.read(), gone)
    with acquire("writer", "next", now=lambda: 0.0):
        pass


def test_processes_of_another_boot_or_container_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = replace(Owner.describe_self("daily 2017-12-29"), started_at=1.0)
    assert gone.is_gone()
    monkeypatch.setattr(owner, "describe_machine", lambda: "another")
    assert not gone.is_gone()


def take_over() -> None:
    table = LockTable("writer")
    assert table.swap(table.read(), replace(Owner.describe_self("daily 2017-12-30"), host="other"))


def test_an_owner_whose_lock_was_taken_over_fails_before_it_publishes() -> None:
    words = "took its lock over: daily 2017-12-30 on other"
    with pytest.raises(LockLost, match=words), acquire("writer", "daily 2017-12-29") as held:
        take_over()
        held.check()
        pytest.fail("it published")


def test_an_owner_that_never_checks_fails_at_the_end() -> None:
    with pytest.raises(LockLost), acquire("writer", "daily 2017-12-29"):
        take_over()
    found = LockTable("writer").read().owner
    assert found, "the new owner's lock was released"


def test_the_error_that_ends_the_block_is_not_hidden(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ZeroDivisionError), acquire("writer", "daily 2017-12-29"):
        take_over()
        _ = 1 / 0
    assert "took its lock over" in caplog.text


def test_the_heartbeat_notices_that_the_lock_was_lost(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lease, "HEARTBEAT_SECONDS", 0.01)
    held = acquire("writer", "daily 2017-12-29")
    table = LockTable("writer")
    # Heartbeats go on, so another commit may come first.
    while not (taken := table.swap(table.read(), replace(Owner.describe_self("next"), host="other"))):
        pass
    held._thread.join()
    assert "took its lock over: next on other" in caplog.text
    assert table.read() == taken
    with pytest.raises(LockLost):
        held.check()


def test_a_commit_whose_answer_was_lost_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    with acquire("writer", "daily 2017-12-29") as held:
        # As after a commit that another connection made for this owner.
        table = LockTable("writer")
        found = table.read()
        assert table.swap(found, found.owner)
        held.check()
    assert LockTable("writer").read().owner is None


def lock_catalog(monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    """Lock the catalog's file as another program may, for longer than the catalog waits."""
    monkeypatch.setattr(
        settings, "catalog_uri", lambda: f"sqlite:///{settings.home()}/catalog.db?timeout=0.1"
    )
    LockTable("writer")
    other = sqlite3.connect(settings.home() / "catalog.db", isolation_level=None)
    other.execute("begin exclusive")
    return other


def test_a_locked_catalog_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    other = lock_catalog(monkeypatch)
    with pytest.raises(CatalogUnavailable) as caught:
        acquire("writer", "daily 2017-12-29")
    assert str(caught.value) == (
        "locks.writer: another program keeps the catalog's SQLite file locked (database is locked). "
        "End that program, or wait for it, then run this again."
    )
    other.close()
    with acquire("writer", "daily 2017-12-29"):
        pass


def test_heartbeats_go_on_after_the_catalog_was_locked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        settings, "catalog_uri", lambda: f"sqlite:///{settings.home()}/catalog.db?timeout=0.1"
    )
    with acquire("writer", "daily 2017-12-29") as held:
        other = lock_catalog(monkeypatch)
        with pytest.raises(CatalogUnavailable):
            held.check()
        other.close()
        held.check()


def test_a_catalog_that_is_locked_at_the_end_does_not_fail_the_block(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        settings, "catalog_uri", lambda: f"sqlite:///{settings.home()}/catalog.db?timeout=0.1"
    )
    with acquire("writer", "daily 2017-12-29"):
        other = lock_catalog(monkeypatch)
    other.close()
    assert "database is locked" in caplog.text
    # The lock could not be released, but this process knows that it is free.
    with acquire("writer", "daily 2017-12-30", wait=False):
        pass


def test_a_catalog_that_is_down_is_one_line_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    uri = "postgresql+psycopg://larder:secret@127.0.0.1:1/larder"
    monkeypatch.setattr(settings, "catalog_uri", lambda: uri)
    with pytest.raises(CatalogUnavailable, match=r"^locks.writer: the catalog cannot be used") as caught:
        acquire("writer", "daily 2017-12-29")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_old_file_that_cannot_be_removed_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger=lock_table.__name__)

    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with acquire("writer", "daily 2017-12-29") as held:
        monkeypatch.setattr("pyiceberg.io.pyarrow.PyArrowFileIO.delete", fail)
        held.check()
    assert "was not removed" in caplog.text
