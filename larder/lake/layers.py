"""Row counts by layer, from Iceberg's metadata alone."""

from datetime import date

from pyiceberg.exceptions import NoSuchTableError

from larder.lake.catalog import open_catalog
from larder.lake.metrics import LAYERS, layer_tables, totals
from larder.lake.tables import upper_bound


def read_last_date(table: str, column: str) -> date | None:
    """The last date in a date column of a table such as "gold.store_sales_daily"; None without rows."""
    try:
        found: date | None = upper_bound(open_catalog().load_table(table), column)
    except NoSuchTableError:
        return None
    return found


def names(*layers: str) -> set[str]:
    """The names of the tables of some layers, such as "gold.dim_stores"; views are not listed."""
    catalog = open_catalog()
    existing = {name for (name,) in catalog.list_namespaces()}
    return {".".join(name) for layer in existing.intersection(layers) for name in catalog.list_tables(layer)}


def rows() -> dict[str, dict[str, int]]:
    """The current row count of each table, by layer and table name; views are not counted."""
    counted: dict[str, dict[str, int]] = {layer: {} for layer in LAYERS}
    for layer, name, table in layer_tables():
        counted[layer][name] = totals(table).get("row_count", 0)
    return counted
