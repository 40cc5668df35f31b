"""How Prefect is pointed to the server that it reports to."""

import os
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from unittest import mock

import httpx
import psutil
import pytest

from larder.errors import LarderError
from larder.runtime import prefect_server

AUTHORITIES = "PREFECT_API_SSL_CERT_FILE"
SECONDS = 120


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[MutableMapping[str, str]]:
    """The environment of a process with a state folder of its own; all changes to it end with the test."""
    with mock.patch.dict(os.environ, {"LARDER_HOME": str(tmp_path)}):
        os.environ.pop(AUTHORITIES, None)
        os.environ.pop("PREFECT_API_URL", None)
        yield os.environ


def test_without_tls_the_client_reads_one_authority(environment: MutableMapping[str, str]) -> None:
    prefect_server.point_to("http://127.0.0.1:4200/api")
    assert environment["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    read = ssl.create_default_context(cafile=environment[AUTHORITIES])
    assert len(read.get_ca_certs()) == 1


def test_with_tls_all_authorities_stay(environment: MutableMapping[str, str]) -> None:
    prefect_server.point_to("https://prefect.example.com/api")
    assert environment["PREFECT_API_URL"] == "https://prefect.example.com/api"
    assert AUTHORITIES not in environment


def test_a_configured_server_is_used(environment: MutableMapping[str, str]) -> None:
    environment["PREFECT_API_URL"] = "https://prefect.example.com/api"
    with prefect_server.connected() as url:
        assert url == "https://prefect.example.com/api"
    assert environment["PREFECT_API_URL"] == "https://prefect.example.com/api"


def wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def kill_server(url: str) -> None:
    """Kill this process's server once it answers."""
    wait_until(lambda: prefect_server.answers(url))
    [server] = [one for one in psutil.Process().children() if str(httpx.URL(url).port) in one.cmdline()]
    server.kill()
    wait_until(lambda: server not in psutil.Process().children())


@pytest.fixture
def stand_in(environment: MutableMapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary servers are a plain web server that has the page of Prefect's health, and starts at once."""
    page = tmp_path / "api" / "health"
    page.parent.mkdir()
    page.write_text("true")

    def spawn(port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "http.server", str(port), "--bind", prefect_server.HOST]
        return subprocess.Popen([*command, "--directory", str(tmp_path)], stderr=subprocess.DEVNULL)

    monkeypatch.setattr(prefect_server, "spawn", spawn)
    monkeypatch.setattr(prefect_server, "UI_PORT", prefect_server.free_port())


@pytest.mark.usefixtures("stand_in")
def test_a_temporary_server_that_is_killed_starts_again() -> None:
    with prefect_server.connected() as url:
        kill_server(url)
        wait_until(lambda: prefect_server.answers(url))
    assert not prefect_server.answers(url)


@pytest.mark.usefixtures("stand_in")
def test_a_temporary_server_that_keeps_dying_ends_the_command() -> None:
    with pytest.raises(LarderError, match="ended 4 times"), prefect_server.connected() as url:
        for _ in range(4):
            kill_server(url)
        time.sleep(SECONDS)
        pytest.fail("the command went on")
