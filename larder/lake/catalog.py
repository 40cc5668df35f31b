"""The one Iceberg catalog that dlt, Spark and every other engine share.

On a laptop the catalog is a SQLite file in the state folder, and `LARDER_WAREHOUSE` may name another place
for the tables' files. Elsewhere pyiceberg's own variables `PYICEBERG_CATALOG__LARDER__*` configure the
catalog (REST, PostgreSQL, …) and its storage.
"""

import logging
import os

from pyiceberg.catalog import Catalog, load_catalog

from larder import settings

BRONZE = "bronze"

# dlt writes the load id dictionary-encoded, and Iceberg reads it as a string: the warning is noise.
logging.getLogger("pyiceberg.io.pyarrow").addFilter(lambda record: "dictionary type" not in record.msg)


def _catalog_properties() -> dict[str, str]:
    """The local catalog's properties; empty if pyiceberg's own variables configure it."""
    if any(name.startswith(f"PYICEBERG_CATALOG__{settings.CATALOG.upper()}__") for name in os.environ):
        return {}
    return {"type": "sql", "uri": settings.catalog_uri(), "warehouse": settings.warehouse_uri()}


def open_catalog() -> Catalog:
    """The Iceberg catalog that dlt, Spark and every other engine share."""
    settings.home().mkdir(parents=True, exist_ok=True)
    return load_catalog(settings.CATALOG, **_catalog_properties())
