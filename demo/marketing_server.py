"""Starts and stops the process that serves the marketing API."""

import secrets
import signal
import sys
import time
from pathlib import Path

import httpx

from demo.errors import RetailerError
from demo.processes import is_running, spawn, stop
from demo.state import Api

_START_SECONDS = 300  # only ends a hang: a server that exits is noticed at once


def start(demo_folder: Path) -> Api:
    """Start the API of the retailer in `demo_folder`, whose history exists, and wait until it responds."""
    port_file = demo_folder / "marketing_api.port"
    port_file.unlink(missing_ok=True)
    log = demo_folder / "marketing_api.log"
    log.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "demo.marketing_api", str(demo_folder)]
    process = spawn(command, log, demo_folder)
    try:
        give_up_at = time.monotonic() + _START_SECONDS
        while is_running(process) and time.monotonic() < give_up_at:
            if port_file.exists() and _is_reachable(port := int(port_file.read_text())):
                return Api(process, port, secrets.token_urlsafe(24))
            time.sleep(0.05)
        raise RetailerError(f"The marketing API does not start: see {log}.")
    except BaseException:
        stop(process, [signal.SIGTERM])
        raise


def end(api: Api) -> None:
    """Stop the API. Does nothing if it has already ended."""
    stop(api.process, [signal.SIGTERM])


def _is_reachable(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return True
