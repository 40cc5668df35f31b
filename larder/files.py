"""Files that a reader finds whole: the old one or the new one."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace a file at once by one that only its owner may read."""
    arriving = path.with_name(f"{path.name}.arriving")
    arriving.unlink(missing_ok=True)
    with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    arriving.replace(path)
