"""What all tests share: nobody's settings, a PostgreSQL server, and an empty state folder for each test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from demo import postgres_server
from demo.postgres_server import ADMIN
from demo.state import Database
from larder.settings import PROJECT


def pytest_configure(config: pytest.Config) -> None:
    """Hide what this machine is set up for: no test reads someone's sources or wakes who is on call.

    Of dlt's settings files, this project's and the user's own, the tests have only `.dlt/config.toml`.
    """
    for name in [name for name in os.environ if name.startswith(("SOURCES__", "ALERTS__"))]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="larder-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder))
    (folder / ".dlt").mkdir()
    shutil.copy(PROJECT / ".dlt" / "config.toml", folder / ".dlt")
    os.environ |= {"DLT_PROJECT_DIR": str(folder), "DLT_DATA_DIR": str(folder)}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty PostgreSQL server with the role `ingest`, for the whole session."""
    server = postgres_server.start(tmp_path_factory.mktemp("postgres"))
    try:
        with psycopg.connect(server.url(ADMIN, server.admin_password, "postgres"), autocommit=True) as admin:
            role = psycopg.sql.SQL("create role ingest login password {}")
            admin.execute(role.format(psycopg.sql.Literal(server.ingest_password)))
        yield server
    finally:
        postgres_server.stop_and_remove(server)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder that the project uses, and no source set."""
    folder = tmp_path / "home"
    monkeypatch.setenv("LARDER_HOME", str(folder))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)
    for name in list(os.environ):
        if name.startswith(("SOURCES__", "PYICEBERG_CATALOG__LARDER__")):
            monkeypatch.delenv(name)
    return folder
