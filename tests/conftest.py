"""Fixtures for all tests: no settings of this machine, long timeouts, servers and an empty state folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import postgres_server
from demo.state import Database
from larder.settings import PROJECT
from tests.patience import raise_limits
from tests.unit.shop_database import create_reader


def pytest_configure(config: pytest.Config) -> None:
    """Hide this machine's settings, so that no test reads real sources or wakes whoever is on call.

    Of dlt's settings files, the tests have only the project's `.dlt/config.toml`, not the user's own.
    Prefect has an empty folder and no server: a test that needs one takes the fixture `prefect_api`. A server
    that Prefect started by itself would have to answer sooner than a busy machine may be able to.
    """
    for name in [name for name in os.environ if name.startswith(("SOURCES__", "ALERTS__", "PREFECT_"))]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="larder-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder))
    (folder / ".dlt").mkdir()
    shutil.copy(PROJECT / ".dlt" / "config.toml", folder / ".dlt")
    os.environ |= {"DLT_PROJECT_DIR": str(folder), "DLT_DATA_DIR": str(folder)}
    os.environ |= {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_PROFILES_PATH": str(folder / "prefect" / "profiles.toml"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # The thread that sends logs does not know the server that a test was given.
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
    }


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise time limits so that only a hang exceeds them."""
    raise_limits(monkeypatch)


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server that flows and dbt's runner report to, for the whole session; its API's URL."""
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415 few tests need Prefect

    from larder.runtime import prefect_server  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARDER_HOME", str(tmp_path_factory.mktemp("prefect")))
        raise_limits(patch)
        port = prefect_server.free_port()
        process = prefect_server.spawn(port)
        prefect_server.wait(process, port)
    try:
        with temporary_settings({PREFECT_API_URL: prefect_server.api_url(port)}):
            yield prefect_server.api_url(port)
    finally:
        prefect_server.stop(process)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty PostgreSQL server with the role `ingest`, for the whole session."""
    server = postgres_server.start(tmp_path_factory.mktemp("postgres"))
    try:
        create_reader(server)
        yield server
    finally:
        postgres_server.stop_and_remove(server)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder that the project uses, with no source configured."""
    folder = tmp_path / "home"
    monkeypatch.setenv("LARDER_HOME", str(folder))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)
    for name in list(os.environ):
        if name.startswith(("SOURCES__", "PYICEBERG_CATALOG__LARDER__")):
            monkeypatch.delenv(name)
    return folder
