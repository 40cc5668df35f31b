"""The tables of silver and gold."""

from collections.abc import Iterator

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import NoSuchNamespaceError
from pyiceberg.table import Table

from larder.publication.branch import LAYERS

# With it, Spark writes to the branch of its session. Models declare it; older tables get it here.
ENABLED = "write.wap.enabled"
# The property, with a branch's name, that lists the columns that a table loses when the branch is published:
# readers of what is published still have them (`macros/publication`).
DROPPED = "larder.dropped-columns."


def layer_tables(catalog: Catalog) -> Iterator[Table]:
    """All tables of silver and gold."""
    for namespace in LAYERS:
        for name in table_names(catalog, namespace):
            yield catalog.load_table((namespace, name))


def tables_by_name(catalog: Catalog) -> dict[str, Table]:
    """All tables of silver and gold, by names such as "gold.dim_stores"."""
    return {label(table): table for table in layer_tables(catalog)}


def table_names(catalog: Catalog, namespace: str) -> list[str]:
    """The names of a namespace's tables; none if there is no such namespace."""
    try:
        return [name[-1] for name in catalog.list_tables(namespace)]
    except NoSuchNamespaceError:
        return []


def label(table: Table) -> str:
    """The name, such as "gold.dim_stores"."""
    return ".".join(table.name())
