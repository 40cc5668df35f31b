"""A feed: one table's way into Bronze, as Arrow batches in bounded memory.

Each feed states its contract (see `ingest.contract`): columns with their types, key and cursor.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain, islice
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.schema.typing import TSchemaContract, TTableSchemaColumns

from larder.lake import tables
from larder.lake.catalog import BRONZE
from larder.landing import contract, known
from larder.landing.contract import Columns

CONTRACT: TSchemaContract = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}

# Rows may become visible later than their cursor says: a till was offline, a transaction was long.
LAG = timedelta(days=3)

# A load is one file and one commit: the basket lines that fill a file of about 128 MB.
ROWS_A_LOAD = 15_000_000

STAMPS: Columns = {"_loaded_at": "timestamp", "_business_date": "date"}

# A run's rows have one date, so a file never spans partitions.
PARTITION = ["_business_date"]

# Batches that belong together: they are loaded in one commit (a file), or are one batch of a stream.
Unit = Iterable[pa.Table]


@dataclass
class Feed:
    """What comes of one table in one ingest, and the contract it is held to.

    `units` is called once, when the first rows are wanted; with the lag window's start, or None for all rows.
    """

    table: str
    columns: Columns
    key: tuple[str, ...]
    units: Callable[[datetime | None], Iterator[Unit]]
    cursor: str | None = "updated_at"
    namespace: str = BRONZE
    rows: int = 0
    _next: list[Iterator[pa.Table]] = field(default_factory=list, repr=False)

    @cached_property
    def _fresh(self) -> Iterator[Iterator[pa.Table]]:
        """The units that hold rows new to Bronze, each without the rows that Bronze has."""
        since, seen, there = None, None, tables.schema(self.table, self.namespace)
        if self.cursor and (high := tables.high_water(self.table, self.cursor, self.namespace)):
            since = high - LAG
            seen = known.versions_since(self.table, self.key, self.cursor, since, self.namespace)
        return (
            chain([first], batches)
            for unit in self.units(since)
            if (first := next(batches := self._new_rows(unit, seen, there), None)) is not None
        )

    def _new_rows(self, unit: Unit, seen: pa.Table | None, there: pa.Schema | None) -> Iterator[pa.Table]:
        for batch in unit:
            held = contract.held_to(self.columns, batch, f"{self.table}: the source", there)
            if (fresh := known.without(held, seen)).num_rows:
                yield fresh

    def has_more(self) -> bool:
        """Whether the source has rows that Bronze has not; asks the source for them."""
        if not self._next:
            self._next.extend(islice(self._fresh, 1))
        return bool(self._next)

    def take(self, business_date: date) -> Iterator[pa.Table]:
        """Yield stamped Arrow batches until a load is full or the source has no more."""
        loaded_at = datetime.now(UTC)
        taken = 0
        while taken < ROWS_A_LOAD and self.has_more():
            for batch in self._next.pop():
                taken += batch.num_rows
                yield _stamped(batch, loaded_at, business_date)
        self.rows += taken

    def schema(self) -> pa.Schema:
        """The Bronze table's columns, as they are before the first row came."""
        columns: Columns = {**self.columns, **STAMPS}
        required = {*self.key, *STAMPS, "_dlt_load_id"}
        return pa.schema(
            pa.field(name, contract.ARROW[kind], nullable=name not in required)
            for name, kind in (columns | {"_dlt_load_id": "text"}).items()
        )

    def resource(self, business_date: date) -> Any:
        """This feed as a dlt resource: append-only, partitioned by the run's date, under its contract."""
        hints: TTableSchemaColumns = {}
        for name, kind in self.columns.items():
            hints[name] = {"name": name, "data_type": kind}
        for name, kind in STAMPS.items():
            partition = name in PARTITION
            hints[name] = {"name": name, "data_type": kind, "nullable": False, "partition": partition}
        return dlt.resource(
            self.take(business_date),
            name=self.table,
            primary_key=self.key,
            write_disposition="append",
            schema_contract=CONTRACT,
            columns=hints,
        )


def _stamped(batch: pa.Table, loaded_at: datetime, business_date: date) -> pa.Table:
    """Append the load time (UTC) and the business date of the run to every row."""
    at = pa.repeat(pa.scalar(loaded_at, pa.timestamp("us", "UTC")), batch.num_rows)
    day = pa.repeat(pa.scalar(business_date, pa.date32()), batch.num_rows)
    return batch.append_column("_loaded_at", at).append_column("_business_date", day)
