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


def demo_marker() -> Path:
    """The file that says that the demo made this state folder's warehouse, and may start it over."""
    return home() / "made-by-the-demo"


def demo_sources() -> dict[str, str]:
    """How to reach the running demo retailer's systems, by dlt's variables; empty where none runs."""
    path = home() / "demo" / "sources.env"
    lines = path.read_text().splitlines() if path.exists() else []
    return {key: value for key, _, value in (line.partition("=") for line in lines)}


def reads_demo() -> bool:
    """Whether every source is the running demo retailer's, and the environment names no other."""
    sources = demo_sources()
    others = [name for name in os.environ if name.startswith("SOURCES__") and name not in sources]
    return (
        bool(sources)
        and not others
        and all(os.environ.get(key, value) == value for key, value in sources.items())
    )


def load_demo_sources(*, override: bool = False) -> None:
    """Point dlt at the running demo retailer, for all sources or those that the environment does not set."""
    for key, value in demo_sources().items():
        os.environ[key] = value if override else os.environ.get(key, value)
