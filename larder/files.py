"""Atomic writes: a reader sees either the old file or the new one."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically by one that only its owner can read."""
    scratch = path.with_name(f"{path.name}.new")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    scratch.replace(path)
