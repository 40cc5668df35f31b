"""The settings of a new source: in `.dlt/secrets.toml`, which git ignores and only its owner may read."""

import json
import os
import tomllib
from pathlib import Path

from larder.config import find_setting
from larder.errors import LarderError
from larder.files import write_private


def path() -> Path:
    """The file, in the folder where dlt looks for it."""
    return Path(os.environ["DLT_PROJECT_DIR"]) / ".dlt" / "secrets.toml"


def missing(source: str, settings: dict[str, str]) -> dict[str, str]:
    """Those of a source's settings that are not set, in the environment or in a file."""
    return {name: value for name, value in settings.items() if not find_setting(f"sources.{source}.{name}")}


def add(source: str, settings: dict[str, str]) -> None:
    """Add a source's settings to the file, which need not be there yet.

    Raises:
        LarderError: the file is not TOML, or cannot be added to; it is as it was.
    """
    if not settings:
        return
    file = path()
    before = file.read_text() if file.exists() else ""
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in settings.items()]
    section = "\n".join([f"[sources.{source}]", *lines, ""])
    text = f"{before.rstrip()}\n\n{section}" if before.strip() else section
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LarderError(
            f"{file}: a section [sources.{source}] cannot be added ({error}). Nothing was written; fix the "
            f"file, or set {', '.join(variables(source, settings))} and run this again."
        ) from error
    file.parent.mkdir(exist_ok=True)
    write_private(file, text)


def variables(source: str, settings: dict[str, str]) -> list[str]:
    """The environment variables of a source's settings."""
    return [f"SOURCES__{source}__{name}".upper() for name in settings]
