"""The business's clock: the machine's, or the running demo retailer's."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from demo import state
from demo.processes import Started
from demo.state import Api, Database, State
from larder import clock

DAY = date(2017, 12, 28)
MOVED_AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
END_OF_DAY = datetime(2017, 12, 29, tzinfo=UTC)
SOURCES = ("SHOP__CREDENTIALS", "MARKETING__BASE_URL", "MARKETING__API_TOKEN", "PROMOTIONS__BUCKET_URL")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path))
    for name in SOURCES:
        monkeypatch.delenv(f"SOURCES__{name}", raising=False)
    return tmp_path


@pytest.fixture
def running(home: Path) -> Iterator[State]:
    """A retailer whose shop is some running process."""
    shop = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    process = Started(shop.pid, psutil.Process(shop.pid).create_time())
    database, api = Database(process, 1, str(home), "secret", "secret"), Api(process, 2, "secret")
    now = State(DAY, None, database, api, MOVED_AT)
    state.folder(home).mkdir()
    state.save(home, now)
    state.write_sources(home, database, api)
    yield now
    shop.communicate()


def test_without_a_retailer_it_is_the_machines_clock() -> None:
    assert clock.clock_offset() == timedelta()
    before = datetime.now(UTC).date()
    yesterday = clock.current()
    # Midnight may pass in between.
    assert before <= yesterday + timedelta(days=1) <= datetime.now(UTC).date()


def test_moving_the_retailer_sets_its_clock_to_the_end_of_the_date(running: State) -> None:
    assert MOVED_AT + clock.clock_offset() == END_OF_DAY
    assert clock.current() == DAY
    assert clock.now() > END_OF_DAY


def test_a_stopped_retailer_has_no_clock_offset(home: Path, running: State) -> None:
    assert running.database is not None
    state.save(home, replace(running, database=replace(running.database, process=Started(2**22, 0.0))))
    assert clock.clock_offset() == timedelta()


def test_another_shop_uses_the_machines_clock(running: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", "postgresql://reader:secret@db.example.com/shop")
    assert clock.clock_offset() == timedelta()


def test_an_older_state_file_uses_the_time_it_was_saved(home: Path, running: State) -> None:
    path = state.folder(home) / "state.json"
    older = json.loads(path.read_text())
    del older["moved_at"]
    path.write_text(json.dumps(older))
    os.utime(path, (MOVED_AT.timestamp(), MOVED_AT.timestamp()))
    found = state.load(home)
    assert found is not None
    state.save(home, found)
    assert MOVED_AT + clock.clock_offset() == END_OF_DAY
