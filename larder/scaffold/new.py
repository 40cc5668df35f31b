"""Add a source to the project: look at it, write its files and its settings, say what was found."""

import re
from dataclasses import dataclass
from pathlib import Path

from larder.config import find_setting
from larder.errors import LarderError
from larder.scaffold import settings_file
from larder.scaffold.api import describe_api
from larder.scaffold.choices import Choices
from larder.scaffold.database import describe_database
from larder.scaffold.described import NewSource, Table
from larder.scaffold.names import check_source_name, check_table_names
from larder.scaffold.rendering import render
from larder.scaffold.writer import write

OWNER = re.compile(r"[^<>\n]+ <[^<>@\s]+@[^<>\s]+>")


@dataclass(frozen=True)
class NewFrom:
    """What a source is made from: a database and some of its tables, or an API, its paths and its token.

    What is empty is taken from the source's settings, where it is set.
    """

    database: str
    tables: list[str]
    api: str
    paths: list[str]
    token: str


def add_source(project: Path, name: str, origin: NewFrom, choices: Choices, owner: str) -> list[str]:
    """Write a source; what was written and found, in lines.

    Raises:
        LarderError: in one line without a secret, why it cannot be added; nothing was written.
    """
    check_source_name(name, project)
    if not OWNER.fullmatch(owner):
        raise LarderError(f'{name}: --owner {owner} is not of the form "Name <address@example.com>".')
    source = _describe(name, origin, choices)
    check_table_names(name, list(source.tables), project)
    files = render(source, owner)
    unset = settings_file.missing(name, source.settings)
    write(project, files, lambda: settings_file.add(name, unset))
    return [*_written(source, list(files), unset), *map(_found, source.tables), *_next_steps(source)]


def _describe(name: str, origin: NewFrom, choices: Choices) -> NewSource:
    database = origin.database or ("" if origin.api else find_setting(f"sources.{name}.credentials"))
    api = origin.api or ("" if origin.database else find_setting(f"sources.{name}.base_url"))
    if bool(database) == bool(api):
        raise LarderError(f"{name}: name a --database or an --api.")
    if database:
        return describe_database(name, database, origin.tables, choices)
    token = origin.token or find_setting(f"sources.{name}.api_token")
    return describe_api(name, api, origin.paths, token, choices)


def _written(source: NewSource, files: list[Path], unset: dict[str, str]) -> list[str]:
    lines = [f"wrote {path}" for path in files]
    if unset:
        lines.append(f"wrote .dlt/{settings_file.path().name}: [sources.{source.name}] {', '.join(unset)}")
    if others := [name for name in source.settings if name not in unset]:
        lines.append(
            f"left  {', '.join(settings_file.variables(source.name, dict.fromkeys(others, '')))} as set"
        )
    return lines


def _found(table: Table) -> str:
    """What was taken for a table's key and cursor, and what that means for its loads."""
    if not table.key:
        words = "no key, each load replaces it (--key names one)"
    elif table.cursor:
        words = f"key {', '.join(table.key)}; cursor {table.cursor}"
    else:
        words = f"key {', '.join(table.key)}; no cursor, whole rows are compared"
    unknown = f"; never had a value, left out: {', '.join(table.unknown)}" if table.unknown else ""
    return f"table {table.resource}: {len(table.columns)} columns; {words}{unknown}"


def _next_steps(source: NewSource) -> list[str]:
    names = ", ".join(settings_file.variables(source.name, source.settings))
    return [
        f"next  larder ingest {source.name} && dbt build --select staging.{source.name}",
        f"next  say in models/staging/{source.name} what the columns mean, and which are personal",
        f"next  elsewhere, set {names}",
    ]
