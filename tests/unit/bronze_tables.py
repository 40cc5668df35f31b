"""What is in Bronze, for assertions."""

from typing import Any

from larder.lake.catalog import BRONZE, catalog


def names() -> set[str]:
    """The tables of Bronze; none where nothing was ever loaded."""
    if not catalog().namespace_exists(BRONZE):
        return set()
    return {table for _, table in catalog().list_tables(BRONZE)}


def rows(table: str) -> list[dict[str, Any]]:
    """A table's rows, in the order of their values; none where there is no such table."""
    if table not in names():
        return []
    found = catalog().load_table((BRONZE, table)).scan().to_arrow()
    return sorted(found.to_pylist(), key=lambda row: tuple(str(value) for value in row.values()))


def values(table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns' values of all rows, sorted: each row counts, so duplicates show."""
    return sorted(tuple(row[column] for column in columns) for row in rows(table))
