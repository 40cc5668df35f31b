"""Which PostgreSQL runs, as which user and where, and which processes are stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from demo import postgres_account, postgres_binaries, postgres_server, processes
from demo.errors import RetailerError
from demo.processes import Started

SLEEP = "import time; time.sleep(600)"


def _installations() -> Iterator[Path]:
    yield from dict.fromkeys(postgres_binaries.of_machine())
    yield from postgres_binaries.of_package()


@pytest.mark.parametrize("binaries", list(_installations()), ids=lambda path: path.parent.name)
def test_every_postgresql_found_runs(binaries: Path, tmp_path: Path) -> None:
    database = postgres_server.start(tmp_path, binaries)
    try:
        url = database.url(postgres_server.ADMIN, database.admin_password, "postgres")
        with psycopg.connect(url) as connection:
            assert connection.info.server_version // 10_000 == postgres_binaries.version(binaries)
        assert _listening_addresses(database.process) == {"127.0.0.1"}
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(database.url(postgres_server.ADMIN, "guessed", "postgres"))
    finally:
        postgres_server.stop_and_remove(database)
    assert not processes.is_running(database.process)
    assert not Path(database.data_folder).exists()


def test_without_any_postgresql_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "of_machine", lambda: iter(()))
    monkeypatch.setattr(postgres_binaries, "of_package", lambda: iter(()))
    with pytest.raises(RetailerError, match="make setup"):
        postgres_binaries.find()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_a_temporary_folder_replaces_one_that_the_servers_user_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = postgres_account.server_account()
    folder = postgres_account.make_folder(closed / "postgres", account)
    try:
        assert closed not in folder.parents
        binaries = closed / "package" / "pginstall" / "bin"
        binaries.mkdir(parents=True)
        (closed / "package.libs").mkdir()
        (binaries / "postgres").touch(mode=0o755)
        copied = postgres_account.reachable_binaries(binaries, folder, account)
        assert (copied / "postgres").exists() and folder in copied.parents
        assert (copied.parents[2] / "package.libs").is_dir()
    finally:
        subprocess.run(["rm", "-r", str(folder)], check=True)


def test_a_process_with_a_reused_id_is_not_stopped(tmp_path: Path) -> None:
    sleeper = processes.spawn([sys.executable, "-c", SLEEP], tmp_path / "log", tmp_path)
    earlier = replace(sleeper, started_at=sleeper.started_at - 60)
    assert not processes.is_running(earlier)
    processes.stop(earlier, [signal.SIGKILL])
    assert processes.is_running(sleeper)
    processes.stop(sleeper, [signal.SIGTERM])
    assert not processes.is_running(sleeper)


def test_stopping_escalates_to_kill(tmp_path: Path) -> None:
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); {SLEEP}"
    log = tmp_path / "log"
    started = processes.spawn([sys.executable, "-c", stubborn], log, tmp_path)
    while log.stat().st_size == 0:
        assert processes.is_running(started)
    processes.stop(started, [signal.SIGTERM], seconds_each=0.2)
    assert not processes.is_running(started)


def _listening_addresses(started: Started) -> set[str]:
    connections = psutil.Process(started.pid).net_connections("inet")
    return {connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN}
