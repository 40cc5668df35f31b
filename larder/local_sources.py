"""Sources that belong to a state folder: its file `sources.env` has their settings, under dlt's names.

A program that runs source systems for one state folder, as the demo does, writes the file when they start and
removes it when they stop. The environment takes precedence.
"""

import os
from pathlib import Path

from larder import settings


def path() -> Path:
    """The file, one `SOURCES__…=value` per line; only its owner can read it."""
    return settings.home() / "sources.env"


def read() -> dict[str, str]:
    """The settings by variable name; empty if there is no file."""
    lines = path().read_text().splitlines() if path().exists() else []
    return {key: value for key, _, value in (line.partition("=") for line in lines)}


def are_used() -> bool:
    """Whether all source settings come from the file: the environment sets none differently."""
    local = read()
    others = [name for name in os.environ if name.startswith("SOURCES__") and name not in local]
    return (
        bool(local)
        and not others
        and all(os.environ.get(key, value) == value for key, value in local.items())
    )


def load(*, override: bool = False) -> None:
    """Put the settings into the environment: those that it lacks, or all with `override`."""
    for key, value in read().items():
        os.environ[key] = value if override else os.environ.get(key, value)
