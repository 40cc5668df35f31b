"""Where data lands: the one module that knows. Iceberg tables of the namespace `bronze`, in one catalog.

On a laptop the catalog is a SQLite file in the state folder. Elsewhere it is whatever pyiceberg's own
variables `PYICEBERG_CATALOG__LARDER__*` name (REST, PostgreSQL, …), and `LARDER_WAREHOUSE` its storage.
"""

import logging
import os

import dlt
from pyiceberg.catalog import Catalog, load_catalog

from larder import settings

BRONZE = "bronze"

# dlt writes the load id dictionary-encoded, which Parquet keeps and Iceberg reads as a string: no news.
logging.getLogger("pyiceberg.io.pyarrow").addFilter(lambda record: "dictionary type" not in record.msg)


def _catalog_properties() -> dict[str, str]:
    """The local catalog's properties; empty where pyiceberg's own variables describe the catalog."""
    if any(name.startswith(f"PYICEBERG_CATALOG__{settings.CATALOG.upper()}__") for name in os.environ):
        return {}
    return {"type": "sql", "uri": settings.catalog_uri(), "warehouse": settings.warehouse_uri()}


def catalog() -> Catalog:
    """The Iceberg catalog that dlt, Spark and every other engine share."""
    settings.home().mkdir(parents=True, exist_ok=True)
    return load_catalog(settings.CATALOG, **_catalog_properties())


def pipeline(source: str) -> dlt.Pipeline:
    """A dlt pipeline of that name into Bronze. Its working folder may be lost: Bronze holds all state."""
    # Loads that run at the same time would race to create the namespace.
    catalog().create_namespace_if_not_exists(BRONZE)
    dlt.config["iceberg_catalog.iceberg_catalog_name"] = settings.CATALOG
    dlt.config["iceberg_catalog.iceberg_catalog_config"] = _catalog_properties() or None
    return dlt.pipeline(
        source,
        pipelines_dir=str(settings.home() / "dlt"),
        destination=dlt.destinations.filesystem(settings.warehouse_uri()),
        dataset_name=BRONZE,
    )
