"""The Prefect server that flow runs report to: a running one, or a temporary one."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
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
START_SECONDS = 300  # only for a server that hangs: one that exits is noticed at once
RESTARTS = 3  # of a temporary server during one command
AUTHORITIES = "PREFECT_API_SSL_CERT_FILE"
log = logging.getLogger(__name__)


def api_url(port: int) -> str:
    """The URL of a Prefect API on this machine."""
    return f"http://{HOST}:{port}/api"


def ui_url() -> str:
    """The URL of Prefect's UI: Prefect's own setting, else the address of `larder serve`."""
    return os.environ.get("PREFECT_UI_URL") or f"http://{HOST}:{UI_PORT}"


def links(flow_run_id: str) -> tuple[tuple[str, str], ...]:
    """Labels and URLs of the pages about a flow run, available while `larder serve` runs."""
    return ("Prefect", f"{ui_url()}/runs/flow-run/{flow_run_id}"), ("Site", SITE_URL)


def answers(url: str, seconds: float = 2) -> bool:
    """Whether a Prefect API answers at that URL."""
    try:
        return httpx.get(f"{url}/health", timeout=seconds).is_success
    except httpx.HTTPError:
        return False


def free_port() -> int:
    """A free TCP port on the loopback interface."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def spawn(port: int) -> subprocess.Popen[bytes]:
    """Start a Prefect server in a process of its own; it logs to the state folder."""
    _log_file().parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
    environment = os.environ | {
        "PREFECT_UI_API_URL": api_url(port),
        "PREFECT_API_URL": api_url(port),
    }
    with _log_file().open("ab") as out:
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
    raise LarderError(f"the Prefect server did not start on port {port}; {_log_file()} says why")


def _log_file() -> Path:
    return settings.home() / "prefect" / "server.log"


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a server that this process started."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def point_to(url: str) -> None:
    """Make Prefect in this process, and in child processes, report to the API at this URL.

    Must be called before Prefect is imported.
    """
    os.environ["PREFECT_API_URL"] = url
    if url.startswith("http:"):
        # Prefect creates a client per task, and each reads the list of all certificate authorities, 20 ms of
        # CPU time. Without TLS none is needed, but the list must not be empty, so it has one authority.
        authority = settings.home() / "prefect" / "one-authority.pem"
        authority.parent.mkdir(parents=True, exist_ok=True)
        end = "-----END CERTIFICATE-----\n"
        authority.write_text(certifi.contents().partition(end)[0] + end)
        os.environ[AUTHORITIES] = str(authority)


@contextmanager
def connected() -> Iterator[str]:
    """Connect flow runs to `PREFECT_API_URL`, else to `larder serve`'s server, else to a temporary one.

    Yields the API's URL. A temporary server stops at the end of the block.
    """
    given = os.environ.get("PREFECT_API_URL")
    url = given or (api_url(UI_PORT) if answers(api_url(UI_PORT)) else None)
    if url:
        point_to(url)
        yield url
        return
    server = _Temporary(free_port())
    try:
        point_to(server.url)
        yield server.url
    finally:
        _flush_logs()
        for name in ("PREFECT_API_URL", AUTHORITIES):
            os.environ.pop(name, None)
        server.stop()


class _Temporary:
    """A server that lives as long as one command: if it dies, it starts again on the same port and database.

    Prefect's client repeats each failed request for a minute. Without a server it would do so for every task,
    and a run would take hours.
    """

    def __init__(self, port: int) -> None:
        self.url = api_url(port)
        self._port = port
        self._process = spawn(port)
        wait(self._process, port)
        self._lock = threading.Lock()
        self._is_stopping = self._is_lost = False
        self._watcher = threading.Thread(target=self._watch, name="Prefect server", daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        for restarts_left in reversed(range(RESTARTS + 1)):
            code = self._process.wait()
            with self._lock:
                if self._is_stopping:
                    return
                if restarts_left:
                    log.warning("The temporary Prefect server ended (%s) and is started again", code)
                    self._process = spawn(self._port)
        self._is_lost = True
        # Nobody would see how the rest of the run went. A signal also ends what the main thread waits for.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    def stop(self) -> None:
        """Stop it.

        Raises:
            LarderError: it had ended for good.
        """
        with self._lock:
            self._is_stopping = True
        stop(self._process)
        self._watcher.join()
        if self._is_lost:
            raise LarderError(f"the Prefect server ended {RESTARTS + 1} times; {_log_file()} says why")


def _flush_logs() -> None:
    """Wait until Prefect has sent its pending logs, if it was used at all; at most 5 s."""
    for handler in logging.getLogger("prefect.flow_runs").handlers:
        handler.flush()
