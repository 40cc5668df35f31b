"""The project's manifest as its files are now: what dbt wrote for them already, or that of a new parse."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from larder import settings
from larder.runtime.dbt_process import ask, own_folder

# What dbt reads, in the project's folder.
FILES = ("dbt_project.yml", "packages.yml", "profiles.yml")
FOLDERS = ("models", "snapshots", "macros", "tests/data", "dbt_packages")
ARTIFACT = "manifest.json"


def current_manifest() -> dict[str, Any]:
    """The manifest of the project's files as they are now.

    The one in dbt's target folder, if no file has changed since it was written. Else dbt parses the project
    into another folder.

    Raises:
        LarderError: dbt cannot parse the project.
    """
    changed_at = max(path.stat().st_mtime for path in _project_files())
    for folder in (settings.dbt_target(), own_folder()):
        path = folder / ARTIFACT
        if path.exists() and path.stat().st_mtime > changed_at:
            return _read(path)
    ask("parse")
    return _read(own_folder() / ARTIFACT)


def _project_files() -> Iterator[Path]:
    """The files that dbt reads, and their folders, which change when a file in them is removed."""
    yield from (settings.PROJECT / name for name in FILES)
    for name in FOLDERS:
        folder = settings.PROJECT / name
        if folder.exists():
            yield folder
            yield from folder.rglob("*")


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found
