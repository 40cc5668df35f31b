"""Find rows of a delivery that have the key of an earlier row of it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from larder.lake.columnar import Values, chunked, pc
from larder.landing.arrow_sql import PLACE, names, query

HASH = "__hash"
# An odd number whose multiples spread over all 64 bits: 2^64 divided by the golden ratio.
SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass
class Duplicates:
    """The versions that a delivery has brought so far: key, cursor and a hash of the whole row.

    With `is_ordered`, rows come in the order of the cursor, and only those with its latest value are kept.
    With `group`, columns of the key, only those of the latest group are: rows of one group, such as a file,
    come together.
    """

    key: tuple[str, ...]
    cursor: str | None
    is_ordered: bool
    group: tuple[str, ...] = ()
    _group: tuple[Any, ...] = field(default=(), repr=False)
    _hashes: list[pa.Table] = field(default_factory=list, repr=False)
    # Hashed only if another batch comes.
    _unhashed: list[pa.Table] = field(default_factory=list, repr=False)

    def find(self, rows: pa.Table) -> tuple[Values, Values] | None:
        """Where a batch repeats an earlier row, and where it has other values for the same version.

        Returns:
            Two booleans for each row; None if there is no such row.
        """
        if rows.num_rows == 0:
            return None
        version = (*self.key, *([self.cursor] if self.cursor else []))
        self._begin_group(rows)
        if not (self.is_ordered and self.cursor):
            self._hash_earlier(version)  # all rows are compared: their other columns need not be kept
        # Of a batch in order, only its first rows can repeat earlier ones.
        count = self._comparable_count(rows)
        if count < rows.num_rows and _may_repeat(rows, version):
            count = rows.num_rows
        compared = [*self._hashes, *self._unhashed, rows.slice(0, count)]
        if count == 0 or not _may_repeat(
            pa.concat_tables([one.select(version) for one in compared]), version
        ):
            self._keep(rows)
            return None
        self._hash_earlier(version)
        same, other = _compare(self._hashes, _hash(rows.slice(0, count), version), version)
        if not (same | other).any():
            self._keep(rows)
            return None
        rest = np.zeros(rows.num_rows - count, dtype=bool)
        same, other = np.concatenate([same, rest]), np.concatenate([other, rest])
        self._keep(rows.filter(pa.array(~(same | other))))
        return chunked([pa.array(same)]), chunked([pa.array(other)])

    def _begin_group(self, rows: pa.Table) -> None:
        """Forget the rows before a batch of another group."""
        ends = [pc.min_max(rows[name]) for name in self.group]
        latest = tuple(rows[name][-1].as_py() for name in self.group)
        if latest != self._group and all(end["min"].equals(end["max"]) for end in ends):
            self._hashes.clear()
            self._unhashed.clear()
        self._group = latest

    def _hash_earlier(self, version: tuple[str, ...]) -> None:
        self._hashes += [_hash(earlier, version) for earlier in self._unhashed]
        self._unhashed.clear()

    def _comparable_count(self, rows: pa.Table) -> int:
        """How many rows, from the first one on, may repeat an earlier one."""
        earlier = self._unhashed or self._hashes
        if not earlier:
            return 0
        if not (self.is_ordered and self.cursor):
            return rows.num_rows
        latest = earlier[-1][self.cursor].to_numpy()[-1]
        return int(np.searchsorted(rows[self.cursor].to_numpy(), latest, side="right"))

    def _keep(self, rows: pa.Table) -> None:
        if rows.num_rows == 0:
            return
        if self.is_ordered and self.cursor:
            values = rows[self.cursor].to_numpy()
            first = int(np.searchsorted(values, values[-1]))
            if first > 0 or self._comparable_count(rows) == 0:
                self._hashes.clear()
                self._unhashed.clear()
            rows = rows.slice(first)
        self._unhashed.append(rows)


def _may_repeat(rows: pa.Table, version: tuple[str, ...]) -> bool:
    """Whether two rows of a batch may be of the same version: False is certain, True is not."""
    columns = [rows[name].combine_chunks() for name in version]
    if any(column.null_count or not _is_number(column.type) for column in columns):
        distinct = f"select count(*) as count from (select distinct {names(version)} from batch)"  # noqa: S608
        return bool(query(distinct, batch=rows.select(version))["count"][0].as_py() < rows.num_rows)
    hashed = np.zeros(rows.num_rows, dtype=np.uint64)
    for column in columns:
        hashed = (hashed ^ column.cast(pa.int64()).to_numpy().view(np.uint64)) * SPREAD
        hashed ^= hashed >> np.uint64(32)
    hashed.sort()
    return bool((hashed[1:] == hashed[:-1]).any())


def _is_number(kind: pa.DataType) -> bool:
    """Whether Arrow casts a type to 64-bit integers, one to one."""
    return pa.types.is_integer(kind) or pa.types.is_timestamp(kind)


def _hash(rows: pa.Table, version: tuple[str, ...]) -> pa.Table:
    """The versions of a batch with the hashes of their rows, in the rows' order."""
    return query(f"select {names(version)}, hash(__batch) as {HASH} from __batch", __batch=rows)  # noqa: S608


def _compare(earlier: list[pa.Table], batch: pa.Table, version: tuple[str, ...]) -> tuple[Any, Any]:
    """Which rows of a batch are the same as the first one of their version, and which are not."""
    everything = pa.concat_tables([*earlier, batch])
    everything = everything.append_column(PLACE, pa.array(np.arange(everything.num_rows)))
    found = query(
        f"""
        select
            row_number() over version > 1 as is_repeated,
            {HASH} = first_value({HASH}) over version as is_same
        from everything window version as (partition by {names(version)} order by {PLACE})
        order by {PLACE}
        """,  # noqa: S608 names of our own columns
        everything=everything,
    ).slice(everything.num_rows - batch.num_rows)
    repeated, same = found["is_repeated"].to_numpy(), found["is_same"].to_numpy()
    return repeated & same, repeated & ~same
