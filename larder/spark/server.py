"""The warm Spark server of this machine: one JVM that flows, `dbt build`, notebooks and tests share.

A server serves any number of state folders: the catalog is a setting of each session.
"""

import json
import os
import secrets
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from larder import settings
from larder.errors import LarderError
from larder.files import write_private
from larder.processes import find_process
from larder.spark.home import pyspark_folder

START_SECONDS = 300  # only for a server that hangs: one that exits is noticed at once
STOP_SECONDS = 30
MAIN_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"  # noqa: S105 a variable's name
CONFIGURATION = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    # A statement whose client was killed is stopped after this time.
    "spark.connect.execute.manager.detachedTimeout": "60s",
    # What a client asked for is not kept for pages that nobody sees.
    "spark.connect.ui.retainedSessions": "1",
    "spark.connect.ui.retainedStatements": "1",
    "spark.sql.catalogImplementation": "in-memory",
    # Sessions share generated code: no session brings classes of its own.
    "spark.sql.artifact.isolation.enabled": "false",
    # An error is its message, as in this process, without the server's trace.
    "spark.sql.connect.serverStacktrace.enabled": "false",
}


@dataclass(frozen=True)
class Server:
    """A server that was started: its process, and what a client needs."""

    pid: int
    started_at: float
    port: int
    token: str

    @property
    def remote(self) -> str:
        """The value of `SPARK_REMOTE` for its clients."""
        # Spark's client sends a token without TLS only to this name.
        return f"sc://localhost:{self.port}/;token={self.token}"

    @property
    def process(self) -> psutil.Process | None:
        """Its process; None if it has ended."""
        return find_process(self.pid, self.started_at)

    @property
    def since(self) -> datetime:
        """When it was started."""
        return datetime.fromtimestamp(self.started_at, tz=UTC)


def find() -> Server | None:
    """The server of this state folder, if one runs."""
    if not _state_file().exists():
        return None
    server = Server(**json.loads(_state_file().read_text()))
    return server if server.process else None


def start(memory: str = "2g") -> Server:
    """Start a server for this state folder, unless one runs.

    Args:
        memory: the JVM's heap, such as `4g`.

    Raises:
        LarderError: it did not start; the line names its log.
    """
    if running := find():
        return running
    log_file().parent.mkdir(parents=True, exist_ok=True)
    port, token = _free_port(), secrets.token_urlsafe(24)
    options = CONFIGURATION | {"spark.connect.grpc.binding.port": str(port)}
    environment = os.environ | {
        "SPARK_HOME": str(pyspark_folder()),
        "SPARK_DRIVER_MEMORY": memory,
        TOKEN: token,
    }
    # A server runs by itself, even if its shell points to another one.
    environment.pop("SPARK_REMOTE", None)
    with log_file().open("wb") as out:
        process = subprocess.Popen(
            [
                pyspark_folder() / "bin" / "spark-submit",
                *(f"--conf={name}={value}" for name, value in options.items()),
                *("--class", MAIN_CLASS, "--name", "larder", "spark-internal"),
            ],
            env=environment,
            cwd=log_file().parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    server = Server(process.pid, psutil.Process(process.pid).create_time(), port, token)
    write_private(_state_file(), json.dumps(asdict(server)))
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(port):
            return server
        time.sleep(0.1)
    stop()
    raise LarderError(f"the Spark server did not start: {log_file()} says why")


def stop() -> bool:
    """Stop the server of this state folder; returns whether one ran."""
    server = find()
    process = server.process if server else None
    if process:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait()
    _state_file().unlink(missing_ok=True)
    return process is not None


def log_file() -> Path:
    """The log of the server."""
    return settings.home() / "spark" / "server.log"


def _state_file() -> Path:
    return settings.home() / "spark" / "server.json"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
