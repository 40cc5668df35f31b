"""Where this project and its state live on this machine.

Nothing here knows a source: how to reach the shop, the API and the files is dlt's configuration
(environment variables or `.dlt/secrets.toml`).
"""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CATALOG = "larder"


def home() -> Path:
    """The state folder: `LARDER_HOME`, else `.larder` in the project. Absolute; it need not exist yet."""
    return Path(os.environ.get("LARDER_HOME") or PROJECT / ".larder").expanduser().resolve()


def warehouse() -> Path:
    """The folder that holds the Iceberg tables' files."""
    return home() / "warehouse"


def warehouse_uri() -> str:
    """Where the local catalog's tables' files lie: the URI `LARDER_WAREHOUSE`, else the state folder."""
    return os.environ.get("LARDER_WAREHOUSE") or warehouse().as_uri()


def catalog_uri() -> str:
    """The SQLAlchemy URI of the Iceberg catalog that dlt, pyiceberg and Spark share."""
    # Who finds the catalog locked waits as long (s) as Spark does, by `profiles.yml`.
    return f"sqlite:///{home() / 'catalog.db'}?timeout=60"
