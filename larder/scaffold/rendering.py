"""The files of a new source: its module, and for each table a staging model with its tests."""

from pathlib import Path

from larder.scaffold.described import NewSource
from larder.scaffold.module import render_module
from larder.scaffold.staged import stage
from larder.scaffold.templating import Files, fill_template


def render(source: NewSource, owner: str) -> Files:
    """The text of each file of a source, by its path in the project.

    Args:
        source: what is known of it.
        owner: who answers for it, `Name <address>`.

    Raises:
        LarderError: it has too many tables for one module.
    """
    folder = Path("models/staging") / source.name
    staged = [stage(source.name, table) for table in source.tables]
    files = render_module(source)
    about = {"name": source.name, "about": _about(source), "owner": owner, "tables": staged}
    files[folder / f"_{source.name}__sources.yml"] = fill_template("sources.yml", about)
    for table in staged:
        files[folder / f"{table.name}.sql"] = fill_template("staging.sql", {"staged": table})
        files[folder / f"{table.name}.yml"] = fill_template("staging.yml", {"staged": table})
    return files


def _about(source: NewSource) -> str:
    host = source.options.get("host")
    origin = f"API at {host} (HTTP)" if host else "database (PostgreSQL)"
    rows = "Append-only: a row per version of a record that was seen."
    if replaced := ", ".join(table.resource for table in source.tables if not table.key):
        rows = f"{rows[:-1]}; replaced by each load: {replaced}."
    return f"The {source.name} {origin}, read daily. {rows}"
