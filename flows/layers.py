"""Rows by layer, from Iceberg's metadata alone."""

from pyiceberg.exceptions import NoSuchNamespaceError

from ingest.destination import catalog

LAYERS = ("bronze", "silver", "gold")


def rows() -> dict[str, dict[str, int]]:
    """The current row count of each table, by layer and table name; views are not counted."""
    found = catalog()
    counted: dict[str, dict[str, int]] = {}
    for layer in LAYERS:
        try:
            names = found.list_tables(layer)
        except NoSuchNamespaceError:
            names = []
        counted[layer] = {}
        for name in names:
            snapshot = found.load_table(name).current_snapshot()
            summary = snapshot.summary if snapshot else None
            counted[layer][name[-1]] = int((summary and summary["total-records"]) or 0)
    return counted
