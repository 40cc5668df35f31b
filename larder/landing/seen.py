"""Which rows of a delivery Bronze has already."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from larder.lake.columnar import Values, nulls, pc
from larder.landing import known
from larder.landing.conversion.batch import Batch, broken


@dataclass
class Seen:
    """The rows of a Bronze table that new ones are compared with.

    Attributes:
        table: the table.
        key: the columns of its key.
        cursor: its cursor; without one, whole rows are compared.
        values: its columns that are not of the key.
        since: the cursor value from which on rows are read; None without a cursor, or if there are none.
        namespace: the table's namespace.
    """

    table: str
    key: tuple[str, ...]
    cursor: str | None
    values: tuple[str, ...]
    since: Any
    namespace: str
    _rows: pa.Table | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read them."""
        self._rows = self._read()

    def unknown_places(self, batch: Batch) -> Values | None:
        """The places of the rows that Bronze does not have; None for all rows.

        A source may send rows from before the time from which it was asked. Without a cursor, whole rows
        are compared; a column that Bronze does not have yet counts as null, and a row with a fault equals
        none.
        """
        rows = batch.rows
        if self.cursor is not None:
            self._reach_back(rows, self.cursor)
            return known.unknown_places(rows, self._rows)
        if self._rows is None or self._rows.num_rows == 0:
            return None
        seen = self._rows.select([name for name in self._rows.column_names if name in rows.column_names])
        for added in rows.schema:
            if added.name not in seen.column_names:
                seen = seen.append_column(added, nulls(seen.num_rows, added.type))
        places = known.unknown_places(rows, seen)
        faulty = broken(batch.faults, rows.num_rows)
        if places is None or faulty is None:
            return places
        both = np.union1d(places.to_numpy(), np.flatnonzero(faulty.to_numpy()))
        return pa.array(both)

    def _reach_back(self, rows: pa.Table, cursor: str) -> None:
        if self.since is None or rows.num_rows == 0:
            return
        earliest = pc.min(rows[cursor]).as_py()
        if earliest is not None and earliest < self.since:
            self.since = earliest
            self._rows = self._read()

    def _read(self) -> pa.Table | None:
        if self.cursor is None:
            return known.latest_rows(self.table, self.key, self.values, self.namespace)
        if self.since is None:
            return None
        return known.versions_since(self.table, self.key, self.cursor, self.since, self.namespace)
