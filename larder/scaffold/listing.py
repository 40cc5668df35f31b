"""The sources there are: their tables, and which of their settings are set nowhere."""

from dataclasses import dataclass
from pathlib import Path

from larder.config import find_setting
from larder.landing.sources import find_source, source_names
from larder.scaffold.names import sources_files
from larder.scaffold.settings_file import variables


@dataclass(frozen=True)
class Listed:
    """A source, its tables by dbt's files, and the variables of the settings that it still needs."""

    name: str
    tables: tuple[str, ...]
    missing: tuple[str, ...]


def list_sources(project: Path) -> list[Listed]:
    """Every module of `ingest/`, each after those that it is loaded after."""
    described = {
        source["name"]: tuple(table["name"] for table in source.get("tables", []))
        for source in sources_files(project)
    }
    return [
        Listed(
            name,
            described.get(name, ()),
            tuple(
                variable
                for setting in find_source(name).settings
                for variable in variables(name, {setting: ""})
                if not find_setting(f"sources.{name}.{setting}")
            ),
        )
        for name in source_names()
    ]
