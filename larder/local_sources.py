"""Sources that a state folder brings along: their settings in its file `sources.env`, in dlt's names.

Whoever runs systems for one state folder, as the demo does, writes the file when they start and removes it
when they stop. A source that the environment sets goes first.
"""

import os
from pathlib import Path

from larder import settings


def path() -> Path:
    """The file, one `SOURCES__…=value` per line; only its owner may read it."""
    return settings.home() / "sources.env"


def read() -> dict[str, str]:
    """The settings by dlt's variables; empty if there is no file."""
    lines = path().read_text().splitlines() if path().exists() else []
    return {key: value for key, _, value in (line.partition("=") for line in lines)}


def are_used() -> bool:
    """Whether the file has the settings of every source, and the environment names no other."""
    local = read()
    others = [name for name in os.environ if name.startswith("SOURCES__") and name not in local]
    return (
        bool(local)
        and not others
        and all(os.environ.get(key, value) == value for key, value in local.items())
    )


def load(*, override: bool = False) -> None:
    """Put the settings into the environment, all or those that it does not set."""
    for key, value in read().items():
        os.environ[key] = value if override else os.environ.get(key, value)
