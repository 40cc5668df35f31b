"""Find rows of a delivery that have the key of an earlier row of it."""

from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from larder.lake.columnar import Values, chunked

PLACE, HASH = "_place", "_hash"


@dataclass
class Duplicates:
    """The versions that a delivery has brought so far: key, cursor and a hash of the whole row.

    With `is_ordered`, rows come in the order of the cursor, and only those with its latest value are kept.
    """

    key: tuple[str, ...]
    cursor: str | None
    is_ordered: bool
    _hashes: list[pa.Table] = field(default_factory=list, repr=False)
    # Hashed only if another batch comes.
    _unhashed: list[pa.Table] = field(default_factory=list, repr=False)
    _latest: Any = None

    def find(self, rows: pa.Table) -> tuple[Values, Values] | None:
        """Where a batch repeats an earlier row, and where it has other values for the same version.

        Returns:
            Two booleans for each row; None if there is no such row.
        """
        if rows.num_rows == 0:
            return None
        if self._is_later(rows):
            self._hashes.clear()
            self._unhashed.clear()
        version = [*self.key, *([self.cursor] if self.cursor else [])]
        if not self._hashes and not self._unhashed and _are_unique(rows, version):
            self._keep(rows)
            return None
        self._hashes += [_hash(earlier, version) for earlier in self._unhashed]
        self._unhashed.clear()
        same, other = _compare(self._hashes, _hash(rows, version), version)
        self._keep(rows.filter(pa.array(~(same | other))))
        if not (same | other).any():
            return None
        return chunked([pa.array(same)]), chunked([pa.array(other)])

    def _is_later(self, rows: pa.Table) -> bool:
        """Whether all rows come after the earlier ones, by the order of the cursor."""
        if not (self.is_ordered and self.cursor and self._latest is not None):
            return False
        return bool(self._latest < rows[self.cursor][0].as_py())

    def _keep(self, rows: pa.Table) -> None:
        if rows.num_rows == 0:
            return
        if self.is_ordered and self.cursor:
            values = rows[self.cursor].to_numpy()
            rows = rows.slice(int(np.searchsorted(values, values[-1])))
            self._latest = rows[self.cursor][0].as_py()
        self._unhashed.append(rows)


def _are_unique(rows: pa.Table, version: list[str]) -> bool:
    return bool(rows.group_by(version).aggregate([]).num_rows == rows.num_rows)


def _hash(rows: pa.Table, version: list[str]) -> pa.Table:
    """The versions of a batch with the hashes of their rows, in the rows' order."""
    names = ", ".join(f'"{name}"' for name in version)
    with duckdb.connect() as database:
        database.register("batch", rows)
        query = f"select {names}, hash(batch) as {HASH} from batch"  # noqa: S608 names of our own columns
        found: pa.Table = database.sql(query).to_arrow_table()
    return found


def _compare(earlier: list[pa.Table], batch: pa.Table, version: list[str]) -> tuple[Any, Any]:
    """Which rows of a batch are the same as the first one of their version, and which are not."""
    everything = pa.concat_tables([*earlier, batch])
    everything = everything.append_column(PLACE, pa.array(np.arange(everything.num_rows)))
    names = ", ".join(f'"{name}"' for name in version)
    with duckdb.connect() as database:
        database.register("everything", everything)
        query = f"""
            select
                row_number() over version > 1 as is_repeated,
                {HASH} = first_value({HASH}) over version as is_same
            from everything window version as (partition by {names} order by {PLACE})
            order by {PLACE}
        """  # noqa: S608 names of our own columns
        found = database.sql(query).to_arrow_table().slice(everything.num_rows - batch.num_rows)
    repeated, same = found["is_repeated"].to_numpy(), found["is_same"].to_numpy()
    return repeated & same, repeated & ~same
