"""Erase a person from what is beside the tables: files without a table, dlt's folders, logs, artifacts."""

import shutil
from contextlib import suppress
from pathlib import Path

from pyiceberg.io.pyarrow import PyArrowFileIO

from larder import settings
from larder.erasure.history import list_files, remove_files
from larder.erasure.scan import is_in_file, is_in_local, list_local, list_warehouse, tables
from larder.erasure.traces import Person
from larder.redaction import MASK


def remove_orphans(person: Person, io: PyArrowFileIO) -> int:
    """Remove the files that name the person and that no table needs; returns how many.

    They are what a killed erasure, a failed commit or a dropped table has left.
    """
    needed = {_plain(path) for table in tables() for path in list_files(table).all}
    count = 0
    for path in list_warehouse(io):
        # A lock's heartbeat replaces its file meanwhile.
        with suppress(FileNotFoundError):
            if _plain(path) not in needed and is_in_file(person, io, path):
                count += remove_files(io, [path])
    return count


def remove_working_folders() -> int:
    """Remove dlt's working folders, which hold rows if a load was killed; returns how many there were."""
    folders = [path for path in (settings.home() / "dlt").glob("*") if path.is_dir()]
    for folder in folders:
        shutil.rmtree(folder)
    return len(folders)


def clean_local_files(person: Person) -> dict[str, int]:
    """Mask the person in logs, and remove artifacts and pages that name it, which can be made again.

    Returns:
        The number of files by what became of them.
    """
    counts = {"masked": 0, "removed": 0}
    artifacts = (settings.dbt_target(), settings.home() / "site")
    for path in list(list_local()):
        # Another program may remove a temporary file.
        with suppress(FileNotFoundError):
            if not is_in_local(person, path):
                continue
            if ".log" in path.name:
                _mask(person, path)
                counts["masked"] += 1
            elif any(path.is_relative_to(folder) for folder in artifacts):
                path.unlink()
                counts["removed"] += 1
    return {what: count for what, count in counts.items() if count}


def _mask(person: Person, path: Path) -> None:
    """Mask what names the person. The file stays the same one: a program may be writing to it."""
    content = person.mask_bytes(path.read_bytes(), MASK.encode())
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()


def _plain(path: str) -> str:
    """A location without its scheme: tables name their files with and without it."""
    return path.partition(":")[2].lstrip("/") if ":" in path else path.lstrip("/")
