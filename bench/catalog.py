"""The local catalog put back as it was, so that the same work can be measured twice."""

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_catalog(source: Path, target: Path) -> None:
    """Copy the catalog's rows over another's, so that who has that one open reads the new rows.

    The tables' files need no copy: Iceberg changes none once it is written.
    """
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
