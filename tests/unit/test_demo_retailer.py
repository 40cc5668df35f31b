"""The retailer as a whole, with a real PostgreSQL and a real API process: its clock and its shutdown."""

import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil
import psycopg
import pyarrow as pa
import pytest
from psycopg import sql

from demo import retailer, shop, state
from demo.errors import RetailerError
from demo.tables import SHOP, SHOP_KEYS
from tests.unit.conftest import SAMPLE_HOUSEHOLDS

START, LATER = date(2017, 12, 28), date(2017, 12, 31)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    retailer.stop(tmp_path)


def _start(home: Path, business_date: date) -> retailer.Status:
    return retailer.start(home, business_date, sample_households=SAMPLE_HOUSEHOLDS)


def _source(home: Path, name: str) -> str:
    lines = state.sources(home).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)[name]


def _tables(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(_source(home, "SOURCES__SHOP__CREDENTIALS")) as connection:
        return {
            name: connection.execute(
                sql.SQL("select * from {} order by {}").format(
                    sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, key))
                )
            ).fetchall()
            for name, key in SHOP_KEYS.items()
        }


def test_advancing_equals_starting_later(home: Path) -> None:
    first = _start(home, START)
    assert first.running == {"shop": True, "marketing": True, "promotions": True}
    before = _tables(home)
    advanced = retailer.advance(home, 3)
    by_advancing = _tables(home)
    assert advanced.business_date == LATER
    assert by_advancing != before

    started = _start(home, LATER)
    assert _tables(home) == by_advancing
    assert started.rows == advanced.rows
    assert {name: len(rows) for name, rows in by_advancing.items()} == {
        name: started.rows[f"shop.{name}"] for name in SHOP
    }


def test_an_interrupted_advance_changes_nothing_and_can_be_repeated(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _start(home, START)
    before = _tables(home)
    copy = shop._copy

    def interrupt(connection: psycopg.Connection, name: str, rows: pa.Table) -> None:
        if name == "arrived_basket_lines":
            raise KeyboardInterrupt
        copy(connection, name, rows)

    with monkeypatch.context() as patched:
        patched.setattr(shop, "_copy", interrupt)
        with pytest.raises(KeyboardInterrupt):
            retailer.advance(home)
    status = retailer.status(home)
    assert status is not None and status.business_date == START
    assert _tables(home) == before
    retailer.advance(home, 3)
    once = _tables(home)
    # As if the command had been killed after the last day's transaction, before the clock was saved.
    now = state.load(home)
    assert now is not None and now.database is not None
    shop.apply_day(now.database, state.folder(home) / "history", LATER)
    assert _tables(home) == once


def test_ingestion_has_read_only_access(home: Path) -> None:
    _start(home, START)
    assert stat.S_IMODE(state.sources(home).stat().st_mode) == 0o600
    assert stat.S_IMODE((state.folder(home) / "state.json").stat().st_mode) == 0o600
    with psycopg.connect(_source(home, "SOURCES__SHOP__CREDENTIALS"), autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        for forbidden in (b"delete from stores", b"create table mine (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


def test_stopping_ends_all_processes_and_can_be_repeated(home: Path) -> None:
    _start(home, START)
    now = state.load(home)
    assert now is not None and now.database is not None and now.api is not None
    family = [psutil.Process(now.database.process.pid), psutil.Process(now.api.process.pid)]
    family += family[0].children(recursive=True)
    for _ in range(2):
        retailer.stop(home)
        assert not any(process.is_running() for process in family)
    assert not Path(now.database.data_folder).exists()
    assert not state.sources(home).exists()
    stopped = retailer.status(home)
    assert stopped is not None
    assert stopped.business_date == START
    assert not any(stopped.running.values())
    with pytest.raises(RetailerError, match="larder demo start"):
        retailer.advance(home)


def test_a_retailer_that_never_started_has_no_status_and_stops_quietly(home: Path) -> None:
    retailer.stop(home)
    assert retailer.status(home) is None
    with pytest.raises(RetailerError, match="larder demo start"):
        retailer.advance(home)


def test_a_date_outside_the_year_is_refused(home: Path) -> None:
    with pytest.raises(RetailerError, match="choose one from 2017-01-01 to 2018-01-04"):
        retailer.start(home, date(2019, 1, 1))


def test_an_unwritable_home_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RetailerError, match="set LARDER_HOME"):
        retailer.start(tmp_path / "file", START)


def test_only_one_command_runs_at_a_time(home: Path) -> None:
    with state.locked(home), pytest.raises(RetailerError, match="Another command"):
        retailer.stop(home)


def test_an_unreadable_state_is_a_clear_error(home: Path) -> None:
    state.folder(home).mkdir()
    (state.folder(home) / "state.json").write_text("{")
    with pytest.raises(RetailerError, match="remove that file"):
        retailer.status(home)
    (state.folder(home) / "state.json").unlink()
