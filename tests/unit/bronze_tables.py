"""Read the tables of Bronze, for assertions."""

from typing import Any

from larder.lake.catalog import BRONZE, open_catalog


def names() -> set[str]:
    """The tables of Bronze; none if nothing was ever loaded."""
    if not open_catalog().namespace_exists(BRONZE):
        return set()
    return {table for _, table in open_catalog().list_tables(BRONZE)}


def rows(table: str) -> list[dict[str, Any]]:
    """A table's rows, sorted by their values; none if the table does not exist."""
    if table not in names():
        return []
    found = open_catalog().load_table((BRONZE, table)).scan().to_arrow()
    return sorted(found.to_pylist(), key=lambda row: tuple(str(value) for value in row.values()))


def values(table: str, *columns: str) -> list[tuple[Any, ...]]:
    """The values of some columns in all rows, sorted, duplicates included."""
    return sorted(tuple(row[column] for column in columns) for row in rows(table))
