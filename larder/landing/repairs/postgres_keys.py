"""Compare the keys of a PostgreSQL table: its keys, and the whole rows of some of them, in one snapshot."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from larder.landing.arrow_sql import names, query
from larder.landing.conversion.batch import Batch
from larder.landing.postgres import Query
from larder.landing.repairs.comparison import Comparison

KEYS_PER_QUERY = 50_000


class TableKeys(Comparison):
    """All keys of a table.

    Its names are those in Bronze, so they are plain lower-case names.
    """

    def __init__(self, run: Query, table: str, key: tuple[str, ...], cursor: str) -> None:
        """Compare a table by its key and cursor, with queries that all see the same snapshot."""
        self.table, self.key, self.cursor = table, key, cursor
        self._run = run

    def list_keys(self) -> Iterator[pa.Table]:
        """Yield all keys with their cursor."""
        yield from self.select(self.table)

    def read_rows(self, keys: pa.Table) -> Iterator[Batch]:
        """Yield the rows of some keys, with all their columns."""
        key = names(self.key)
        for offset in range(0, keys.num_rows, KEYS_PER_QUERY):
            wanted = _to_json(keys.slice(offset, KEYS_PER_QUERY)).replace("'", "''")
            # The table's own row type gives the keys their types, so an index can find them.
            found = self._run(
                f"select * from {self.table} where ({key}) in (select {key} "  # noqa: S608 our own names
                f"from json_populate_recordset(null::{self.table}, '{wanted}'))"
            )
            yield from map(Batch, found)

    def select(self, origin: str, condition: str = "true") -> Iterator[pa.Table]:
        """Yield the keys, with cursor, of the rows that a condition holds for.

        Args:
            origin: the table, optionally joined with others by `using`.
            condition: a condition on their columns.
        """
        key = names(self.key)
        yield from self._run(
            f'select {key}, {self.table}."{self.cursor}" from {origin} where {condition}'  # noqa: S608 our own names
        )


def _to_json(keys: pa.Table) -> str:
    """The keys as a JSON array of objects."""
    fields = ", ".join(f'"{name}" := "{name}"' for name in keys.column_names)
    found: Any = query(f"select to_json(list(struct_pack({fields})))::varchar as keys from rows", rows=keys)  # noqa: S608
    return str(found["keys"][0].as_py())
