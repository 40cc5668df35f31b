"""The paths of this project and its state on this machine.

The settings of sources are not here: they are dlt's configuration (environment variables or
`.dlt/secrets.toml`).
"""

import os
from pathlib import Path

from larder.errors import LarderError

PROJECT = Path(__file__).resolve().parent.parent
CATALOG = "larder"
# URIs end a path at `#` and `?`; `%` begins an escape in some of them, and a format in dlt's file names.
UNUSABLE = "#?%"


def home() -> Path:
    """The state folder: `LARDER_HOME`, else `.larder` in the project. Absolute; it need not exist yet.

    Raises:
        LarderError: the path has a character that some library misinterprets.
    """
    folder = Path(os.environ.get("LARDER_HOME") or PROJECT / ".larder").expanduser().resolve()
    if unusable := next((one for one in str(folder) if one in UNUSABLE or not one.isprintable()), None):
        raise LarderError(
            f"LARDER_HOME: the state folder {str(folder)!r} has {unusable!r} in its path, which not all of "
            f"dlt, Spark and the catalog can use; choose a folder without it"
        )
    return folder


def waits() -> bool:
    """Whether a command waits for a lock that another process holds; `--no-wait` sets `LARDER_NO_WAIT`."""
    return os.environ.get("LARDER_NO_WAIT", "") in ("", "0", "false")


def warehouse() -> Path:
    """The folder that holds the Iceberg tables' files."""
    return home() / "warehouse"


def warehouse_uri() -> str:
    """The location of the local catalog's table files: the URI `LARDER_WAREHOUSE`, else the state folder.

    Iceberg's libraries take its path literally: an escape such as `%20` becomes part of a folder's name.

    Raises:
        LarderError: `LARDER_WAREHOUSE` has a character at which they would cut it off.
    """
    given = os.environ.get("LARDER_WAREHOUSE")
    if given and (unusable := next((one for one in given if one in "#?"), None)):
        raise LarderError(f"LARDER_WAREHOUSE: {given} has {unusable!r} in it; choose a folder without it")
    return given or f"file://{warehouse()}"


def dbt_target() -> Path:
    """The folder of dbt's artifacts: manifest.json, run_results.json, catalog.json and the docs site."""
    return PROJECT / os.environ.get("DBT_TARGET_PATH", "target")


def dbt_logs() -> Path:
    """The folder of dbt's log."""
    return PROJECT / os.environ.get("DBT_LOG_PATH", "logs")


def catalog_uri() -> str:
    """The SQLAlchemy URI of the Iceberg catalog that dlt, pyiceberg and Spark share."""
    # Seconds to wait for a locked catalog, the same as for Spark in `profiles.yml`.
    return f"sqlite:///{home() / 'catalog.db'}?timeout=60"
