"""Creates, starts, stops and removes a private PostgreSQL server on a free port of 127.0.0.1.

Its data is created at every start, so it runs without crash safety (`fsync` and the like) to save time.
"""

import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psycopg

from demo import postgres_account, postgres_binaries
from demo.errors import RetailerError
from demo.processes import Account, as_account, is_running, spawn, stop
from demo.state import Database

ADMIN = "shop_admin"
_START_SECONDS = 300  # only ends a hang: a server that exits is noticed at once
_PORT_ATTEMPTS = 3
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
max_connections = 50
shared_buffers = 128MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 30min
wal_level = minimal
max_wal_senders = 0
fsync = off
synchronous_commit = off
full_page_writes = off
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
"""


def start(demo_folder: Path, binaries: Path | None = None) -> Database:
    """Create and start an empty server from `binaries`, by default those that `postgres_binaries` finds."""
    account = postgres_account.server_account()
    log = demo_folder / "postgres.log"
    log.unlink(missing_ok=True)
    folder = postgres_account.make_folder(demo_folder / "postgres", account)
    try:
        programs = postgres_account.reachable_binaries(binaries or postgres_binaries.find(), folder, account)
        password = secrets.token_urlsafe(24)
        data = _make_cluster(programs, folder, password, account)
        for _ in range(_PORT_ATTEMPTS):
            port = _free_port()
            (data / "postgresql.auto.conf").write_text(_SETTINGS.format(port=port))
            process = spawn([str(programs / "postgres"), "-D", str(data)], log, folder, account)
            database = Database(process, port, str(folder), password, secrets.token_urlsafe(24))
            if _wait_until_ready(database):
                return database
        raise RetailerError(f"The shop database does not start: see {log}.")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def stop_and_remove(database: Database) -> None:
    """Stop the server by a fast shutdown and remove its data. Safe if it has already ended."""
    stop(database.process, [signal.SIGINT, signal.SIGQUIT])
    shutil.rmtree(database.data_folder, ignore_errors=True)


def _make_cluster(programs: Path, folder: Path, password: str, account: Account | None) -> Path:
    data = folder / "data"
    password_file = folder / "password"
    password_file.touch(mode=0o600)
    if account is not None:
        shutil.chown(password_file, account.uid, account.gid)
    password_file.write_text(password)
    command = [str(programs / "initdb"), "-D", str(data), "-U", ADMIN, f"--pwfile={password_file}"]
    options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, check=False, **as_account(account)
    )
    password_file.unlink()
    if made.returncode != 0:
        message = (made.stderr.strip() or made.stdout.strip()).replace("\n", " ")
        raise RetailerError(f"PostgreSQL's {programs / 'initdb'} failed: {message}")
    return data


def _wait_until_ready(database: Database) -> bool:
    """Wait until the server accepts connections; False if it exits, as when its port is taken."""
    url = database.url(ADMIN, database.admin_password, "postgres")
    give_up_at = time.monotonic() + _START_SECONDS
    try:
        while is_running(database.process) and time.monotonic() < give_up_at:
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
    except BaseException:
        stop(database.process, [signal.SIGQUIT])
        raise
    stop(database.process, [signal.SIGQUIT])
    return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
