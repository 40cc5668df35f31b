"""Who runs the database server, and where its data may lie so that this user reaches it.

PostgreSQL refuses to run as root: then an unprivileged user of the machine runs it, who may not see the state
folder.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from demo.errors import RetailerError
from demo.processes import Account, as_account

_UNPRIVILEGED = ("postgres", "nobody")


def server_account() -> Account | None:
    """The user to run the server as: None for the one we are, another when we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in known:
            return Account(name, known[name].pw_uid, known[name].pw_gid)
    raise RetailerError(
        f"PostgreSQL does not run as root and this machine has no user {' or '.join(_UNPRIVILEGED)}: "
        "run the command as an ordinary user."
    )


def make_folder(preferred: Path, account: Account | None) -> Path:
    """A new, empty folder that the server's user reaches: `preferred`, else a temporary one."""
    shutil.rmtree(preferred, ignore_errors=True)
    preferred.mkdir(parents=True, mode=0o700)
    if account is None:
        return preferred
    if _give(preferred, account):
        return preferred
    preferred.rmdir()
    elsewhere = Path(tempfile.mkdtemp(prefix="larder-postgres-"))
    if _give(elsewhere, account):
        return elsewhere
    elsewhere.rmdir()
    raise RetailerError(
        f"The user {account.name}, who is to run PostgreSQL, cannot reach {preferred} or {elsewhere.parent}: "
        "set LARDER_HOME to a folder that every user may enter, or run the command as an ordinary user."
    )


def reachable_binaries(binaries: Path, folder: Path, account: Account | None) -> Path:
    """`binaries`, or a copy of them in `folder` when the server's user cannot run them where they are."""
    if account is None or _can(account, "-x", binaries / "postgres"):
        return binaries
    installation = binaries.parent
    package = installation.parent
    copy = folder / "programs" / package.name / installation.name
    shutil.copytree(installation, copy, symlinks=True)
    libraries = package.with_name(
        f"{package.name}.libs"
    )  # where a wheel keeps the shared libraries it brings
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
    return copy / binaries.name


def _give(folder: Path, account: Account) -> bool:
    os.chown(folder, account.uid, account.gid)
    return _can(account, "-w", folder)


def _can(account: Account, how: str, path: Path) -> bool:
    asked = subprocess.run(["test", how, path], cwd="/", check=False, **as_account(account))
    return asked.returncode == 0
