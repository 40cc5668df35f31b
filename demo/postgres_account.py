"""The user that runs the database server, and a data folder that this user can access.

PostgreSQL refuses to run as root. When started by root, it runs as an unprivileged user of the machine, who
may not be able to access the state folder.
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
    """The user to run the server as; None for the current user, unless that is root."""
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
    """Create an empty folder that the server's user can access: `preferred`, else a temporary one."""
    shutil.rmtree(preferred, ignore_errors=True)
    preferred.mkdir(parents=True, mode=0o700)
    if account is None:
        return preferred
    if _hand_over(preferred, account):
        return preferred
    preferred.rmdir()
    elsewhere = Path(tempfile.mkdtemp(prefix="larder-postgres-"))
    if _hand_over(elsewhere, account):
        return elsewhere
    elsewhere.rmdir()
    raise RetailerError(
        f"The user {account.name}, which runs PostgreSQL, cannot access {preferred} or {elsewhere.parent}: "
        "set LARDER_HOME to a folder that every user can access, or run the command as an ordinary user."
    )


def reachable_binaries(binaries: Path, folder: Path, account: Account | None) -> Path:
    """`binaries`, or a copy of them in `folder` if the server's user cannot run them where they are."""
    if account is None or _has_access(account, "-x", binaries / "postgres"):
        return binaries
    installation = binaries.parent
    package = installation.parent
    copy = folder / "programs" / package.name / installation.name
    shutil.copytree(installation, copy, symlinks=True)
    # The folder in which a wheel ships its shared libraries.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name, symlinks=True)
    return copy / binaries.name


def _hand_over(folder: Path, account: Account) -> bool:
    os.chown(folder, account.uid, account.gid)
    return _has_access(account, "-w", folder)


def _has_access(account: Account, how: str, path: Path) -> bool:
    test = subprocess.run(["test", how, path], cwd="/", check=False, **as_account(account))
    return test.returncode == 0
