"""Faults in the middle of an ingest: it ends with one line, and the next one loads the rest once."""

import dataclasses
import errno
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from demo import postgres_account, postgres_binaries, postgres_server
from demo.processes import spawn, stop
from demo.state import Database
from larder import settings
from larder.errors import CatalogUnavailable, IngestError, LarderError, SourceUnavailable
from larder.lake.catalog import open_catalog
from larder.landing import destination, feed
from larder.landing.errors import in_one_line
from larder.landing.load import ingest
from tests.unit.bronze_tables import rows, values
from tests.unit.shop_database import NOON, ShopDatabase, create_reader

DAY = date(2017, 3, 1)
STORES = 60_000
WITH_SMALL_FILES = """
    import resource, sys
    from datetime import date
    from larder.errors import IngestError
    from larder.landing.load import ingest

    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
    try:
        ingest("shop", date(2017, 3, 1))
    except IngestError as error:
        print(error)
"""


def fill(server: Database, patch: pytest.MonkeyPatch) -> ShopDatabase:
    """A shop with more stores than a connection's buffers hold, which no file compresses well."""
    shop = ShopDatabase(server)
    patch.setenv("SOURCES__SHOP__CREDENTIALS", shop.credentials)
    shop.execute(
        "insert into stores select n, (select string_agg(md5((n * 10 + k)::text), '')"
        " from generate_series(1, 8) as k), %s + n * interval '1 second' from generate_series(1, %s) as n",
        NOON,
        STORES,
    )
    return shop


@pytest.fixture
def shop(postgres: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> ShopDatabase:
    return fill(postgres, monkeypatch)


def ingest_error(kind: type[LarderError] = IngestError) -> str:
    with pytest.raises(kind) as caught:
        ingest("shop", DAY)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def assert_each_store_is_there_once() -> None:
    ingest("shop", DAY)
    assert values("shop_stores", "store_id") == [(number,) for number in range(1, STORES + 1)]
    assert sum(ingest("shop", DAY).rows.values()) == 0


def at_the_second_commit(patch: pytest.MonkeyPatch, fault: Callable[[], None]) -> None:
    """Have each load commit a third of the stores, and a fault happen at the second commit."""
    patch.setattr(feed, "ROWS_PER_LOAD", STORES // 3)
    patch.setattr("ingest.shop.BATCH_BYTES", 2**18)
    add, commits = destination._add, []

    def faulty(*arguments: Any) -> None:
        commits.append(arguments)
        if len(commits) == 2:
            fault()
        add(*arguments)

    patch.setattr(destination, "_add", faulty)


def test_a_disk_that_becomes_full(shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        at_the_second_commit(patch, fault)
        error = ingest_error()
    assert "the disk is full ([Errno 28] No space left on device). Free space in " in error
    assert 0 < len(rows("shop_stores")) < STORES
    assert_each_store_is_there_once()


def test_a_limit_that_the_files_of_a_load_exceed(shop: ShopDatabase) -> None:
    """The system's own error reaches dlt's writer in the middle of a file."""
    code = [sys.executable, "-c", textwrap.dedent(WITH_SMALL_FILES)]
    done = subprocess.run(code, cwd=settings.PROJECT, capture_output=True, text=True, check=True)
    assert "the disk is full (" in done.stdout, done.stderr
    assert done.stdout.count("\n") == 1
    assert_each_store_is_there_once()


def test_a_catalog_that_another_program_keeps_locked(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        settings, "catalog_uri", lambda: f"sqlite:///{settings.home()}/catalog.db?timeout=0.1"
    )
    locked: list[sqlite3.Connection] = []

    def fault() -> None:
        other = sqlite3.connect(settings.home() / "catalog.db", isolation_level=None, check_same_thread=False)
        other.execute("begin exclusive")
        locked.append(other)

    with monkeypatch.context() as patch:
        at_the_second_commit(patch, fault)
        error = ingest_error()
    # It is not the shop's database that is locked.
    assert "another program keeps the catalog's SQLite file locked (database is locked)" in error
    locked[0].close()
    assert_each_store_is_there_once()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Database]]:
    """A PostgreSQL server of this test's own; after a restart, the last one is running."""
    started = [postgres_server.start(tmp_path)]
    try:
        create_reader(started[0])
        yield started
    finally:
        postgres_server.stop_and_remove(started[-1])


def restart(servers: list[Database]) -> None:
    """Stop the server as an administrator does, which ends all connections, and start it again."""
    server = servers[-1]
    stop(server.process, [signal.SIGINT])
    account, folder = postgres_account.server_account(), Path(server.data_folder)
    programs = postgres_account.reachable_binaries(postgres_binaries.find(), folder, account)
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    process = spawn(command, folder.parent / "postgres.log", folder, account)
    servers.append(dataclasses.replace(server, process=process))
    assert postgres_server._wait_until_ready(servers[-1])


def test_a_database_that_restarts_while_it_is_read(
    servers: list[Database], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(servers[0], monkeypatch)
    with monkeypatch.context() as patch:
        at_the_second_commit(patch, lambda: restart(servers))
        error = ingest_error(SourceUnavailable)
    assert error.startswith("shop database")
    assert 0 < len(rows("shop_stores")) < STORES
    assert_each_store_is_there_once()


@pytest.mark.parametrize(
    ("kind", "uri"),
    [("rest", "http://127.0.0.1:1"), ("sql", "postgresql+psycopg://larder:secret@127.0.0.1:1/larder")],
)
def test_a_catalog_that_is_down_is_not_taken_for_a_source(
    kind: str, uri: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "larder.lake.catalog._catalog_properties",
        lambda: {"type": kind, "uri": uri, "warehouse": "file:///nowhere"},
    )
    with pytest.raises(IngestError) as caught, in_one_line("shop", where="shop.stores"):
        open_catalog().load_table("bronze.shop_stores")
    line = str(caught.value)
    assert line.startswith("shop.stores: the catalog cannot be used (")
    assert "secret" not in line
    # An ingest finds it with its lock already.
    monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", home.as_uri())
    with pytest.raises(CatalogUnavailable, match=r"locks\.ingest_promotions: the catalog cannot"):
        ingest("promotions", DAY)
