"""The Prefect server that flow runs report to: one that is there already, or one for the time being."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import certifi
import httpx

from larder import settings
from larder.errors import LarderError

HOST = "127.0.0.1"
UI_PORT = 4200
SITE_PORT = 4201
SITE_URL = f"http://{HOST}:{SITE_PORT}/"
START_SECONDS = 300  # ends a hang: a server that has ended is noticed at once
AUTHORITIES = "PREFECT_API_SSL_CERT_FILE"


def api_url(port: int) -> str:
    """The URL of a Prefect API on this machine."""
    return f"http://{HOST}:{port}/api"


def ui_url() -> str:
    """Where people open Prefect's UI: Prefect's own setting, else the address of `larder serve`."""
    return os.environ.get("PREFECT_UI_URL") or f"http://{HOST}:{UI_PORT}"


def links(flow_run_id: str) -> tuple[tuple[str, str], ...]:
    """Labels and URLs of where more of a flow run is to be seen once `larder serve` runs."""
    return ("Prefect", f"{ui_url()}/runs/flow-run/{flow_run_id}"), ("Site", SITE_URL)


def answers(url: str, seconds: float = 2) -> bool:
    """Whether a Prefect API answers at that URL."""
    try:
        return httpx.get(f"{url}/health", timeout=seconds).is_success
    except httpx.HTTPError:
        return False


def free_port() -> int:
    """A TCP port of loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def spawn(port: int) -> subprocess.Popen[bytes]:
    """Start a Prefect server in a process of its own; it logs to the state folder."""
    log: Path = settings.home() / "prefect" / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
    environment = os.environ | {
        "PREFECT_UI_API_URL": api_url(port),
        "PREFECT_API_URL": api_url(port),
    }
    with log.open("ab") as out:
        return subprocess.Popen(command, env=environment, stdout=out, stderr=out)


def wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a started server answers.

    Raises:
        LarderError: it ended, or did not answer in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        # A busy machine answers late.
        if answers(api_url(port), seconds=20):
            return
        time.sleep(0.2)
    stop(process)
    log = settings.home() / "prefect" / "server.log"
    raise LarderError(f"the Prefect server did not start on port {port}; its log {log} says why")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server this process started."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def point_to(url: str) -> None:
    """Have Prefect in this process, and in those it starts, report to the API at this URL.

    To be called before Prefect is imported.
    """
    os.environ["PREFECT_API_URL"] = url
    if url.startswith("http:"):
        # Its clients, one a task, each read the list of all certificate authorities, 20 ms of a core; without
        # TLS they need none, but they insist on a list: so it has one authority.
        one = settings.home() / "prefect" / "one-authority.pem"
        one.parent.mkdir(parents=True, exist_ok=True)
        end = "-----END CERTIFICATE-----\n"
        one.write_text(certifi.contents().partition(end)[0] + end)
        os.environ[AUTHORITIES] = str(one)


@contextmanager
def connected() -> Iterator[str]:
    """Connect flow runs to `PREFECT_API_URL`, else to `larder serve`'s server, else to one of our own.

    Yields the API's URL. A server started here ends with the block.
    """
    given = os.environ.get("PREFECT_API_URL")
    url = given or (api_url(UI_PORT) if answers(api_url(UI_PORT)) else None)
    if url:
        point_to(url)
        yield url
        return
    port = free_port()
    process = spawn(port)
    try:
        wait(process, port)
        point_to(api_url(port))
        yield api_url(port)
    finally:
        _flush_logs()
        for name in ("PREFECT_API_URL", AUTHORITIES):
            os.environ.pop(name, None)
        stop(process)


def _flush_logs() -> None:
    """Wait until Prefect has sent the logs it still holds, if it was used at all; for 5 s at most."""
    for handler in logging.getLogger("prefect.flow_runs").handlers:
        handler.flush()
