"""dbt's documentation site."""

import shutil
from pathlib import Path

from larder.runtime import dbt_commands

FILES = ("index.html", "manifest.json", "catalog.json")


def make_docs(folder: Path) -> None:
    """Generate the documentation into a folder.

    Raises:
        BuildFailed: dbt could not generate it.
    """
    dbt_commands.forget_temporaries()
    dbt_commands.invoke("docs", "generate", "--no-compile")
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(dbt_commands.target_path() / name, folder / name)
