"""A feed loads one table into Bronze, as Arrow batches in bounded memory.

Each feed has a contract (see `larder.landing.contract`): columns with their types, key and cursor.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain, islice
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.schema import TTableSchemaColumns

from larder.errors import IngestError
from larder.lake import tables
from larder.lake.catalog import BRONZE
from larder.landing import contract, known
from larder.landing.comparison import Comparison
from larder.landing.contract import Columns
from larder.landing.declared import LAG, Disposition
from larder.landing.destination import DISPOSITION, KEY
from larder.landing.dlt_internals import TSchemaContract

CONTRACT: TSchemaContract = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}

# A load is one file and one commit: this many basket lines make a file of about 128 MB.
ROWS_PER_LOAD = 15_000_000

# The columns that Bronze adds to each row.
STAMPS: Columns = {"_loaded_at": contract.TIMESTAMP, "_business_date": pa.date32()}

ADDED = (*STAMPS, "_dlt_load_id")

# All rows of a run have the same date, so a file never spans partitions.
PARTITION = ["_business_date"]

# Batches loaded in one commit: all of a file, or one batch of a stream.
Unit = Iterable[pa.Table]


@dataclass
class Feed:
    """The rows of one table in one ingest, and their contract.

    `units` is called once, when the first rows are needed, with the start of the lag window, or None for all
    rows. Rows that Bronze has are skipped: those with a known key and cursor or, without a cursor, rows that
    equal the latest row of their key. With `only_new_rows`, `units` skips them itself.
    """

    table: str
    columns: Columns
    key: tuple[str, ...]
    units: Callable[[Any], Iterator[Unit]]
    cursor: str | None = "updated_at"
    namespace: str = BRONZE
    lag: timedelta = LAG
    disposition: Disposition = "append"
    only_new_rows: bool = False
    where: str = ""
    comparison: Comparison | None = None
    rows: int = 0
    _next: list[Iterator[pa.Table]] = field(default_factory=list, repr=False)

    @cached_property
    def _fresh(self) -> Iterator[Iterator[pa.Table]]:
        """The units with new rows, each without the rows that Bronze has."""
        since = self._since()
        bronze = tables.schema(self.table, self.namespace)
        seen = self._seen(since, bronze)
        return (
            chain([first], batches)
            for unit in self.units(since)
            if (first := next(batches := self._new_rows(unit, seen, bronze), None)) is not None
        )

    def _since(self) -> Any:
        """The watermark to read from: the latest cursor value in Bronze, minus the lag if it is a time."""
        if self.cursor is None or self.disposition == "replace":
            return None
        high = tables.high_water(self.table, self.cursor, self.namespace)
        if isinstance(high, str):
            # It is read from metadata, which truncates text.
            raise IngestError(
                f"{self.where or self.table}: its cursor {self.cursor} is text in Bronze. Declare its data "
                f"type, such as timestamp, and reload the table."
            )
        return high - self.lag if isinstance(high, date | datetime) else high

    def _seen(self, since: Any, bronze: pa.Schema | None) -> pa.Table | None:
        """The known rows to compare new ones with; None if there is nothing to compare."""
        if self.disposition == "replace" or self.only_new_rows or not self.key:
            return None
        if self.cursor is None:
            columns = [] if bronze is None else [name for name in bronze.names if name not in ADDED]
            values = tuple(name for name in columns if name not in self.key)
            return known.latest_rows(self.table, self.key, values, self.namespace)
        if since is None:
            return None
        return known.versions_since(self.table, self.key, self.cursor, since, self.namespace)

    def _new_rows(self, unit: Unit, seen: pa.Table | None, bronze: pa.Schema | None) -> Iterator[pa.Table]:
        for batch in unit:
            typed = contract.conform(self.columns, batch, f"{self.where or self.table}: the source", bronze)
            if (fresh := self._unknown_rows(typed, seen)).num_rows:
                yield fresh

    def _unknown_rows(self, batch: pa.Table, seen: pa.Table | None) -> pa.Table:
        """The rows of a batch that are not among those seen.

        Without a cursor, whole rows are compared; a column that Bronze does not have yet counts as null.
        """
        if seen is None or seen.num_rows == 0:
            return batch
        if self.cursor is None:
            seen = seen.select([name for name in seen.column_names if name in batch.column_names])
            for added in batch.schema:
                if added.name not in seen.column_names:
                    seen = seen.append_column(added, pa.nulls(seen.num_rows, added.type))
        return known.exclude(batch, seen)

    def has_more(self) -> bool:
        """Whether the source has rows that Bronze does not have. Reads the first of them."""
        if not self._next:
            self._next.extend(islice(self._fresh, 1))
        return bool(self._next)

    def take(self, business_date: date) -> Iterator[pa.Table]:
        """Yield Arrow batches with Bronze's columns until a load is full or the source is exhausted."""
        loaded_at = datetime.now(UTC)
        taken = 0
        # A replace or merge is one commit, however many rows it has.
        limit = ROWS_PER_LOAD if self.disposition == "append" else None
        while (limit is None or taken < limit) and self.has_more():
            for batch in self._next.pop():
                taken += batch.num_rows
                yield _stamp(batch, loaded_at, business_date)
        self.rows += taken

    def schema(self) -> pa.Schema:
        """The Bronze table's columns before the first load."""
        columns: Columns = {**self.columns, **STAMPS, "_dlt_load_id": pa.string()}
        required = {*self.key, *STAMPS, "_dlt_load_id"}
        return pa.schema(
            pa.field(name, contract.storage_type(kind), nullable=name not in required)
            for name, kind in columns.items()
        )

    def resource(self, business_date: date) -> Any:
        """This feed as a dlt resource: partitioned by the run's date, under its contract."""
        hints: TTableSchemaColumns = {
            name: {"name": name, "nullable": False, "partition": name in PARTITION} for name in STAMPS
        }
        resource = dlt.resource(
            self.take(business_date),
            name=self.table,
            primary_key=self.key,
            write_disposition="append",
            schema_contract=CONTRACT,
            columns=hints,
        )
        resource.apply_hints(additional_table_hints={DISPOSITION: self.disposition, KEY: list(self.key)})
        return resource


def _stamp(batch: pa.Table, loaded_at: datetime, business_date: date) -> pa.Table:
    """Add the load time (UTC) and the run's business date to every row."""
    at = pa.repeat(pa.scalar(loaded_at, contract.TIMESTAMP), batch.num_rows)
    day = pa.repeat(pa.scalar(business_date, pa.date32()), batch.num_rows)
    return batch.append_column("_loaded_at", at).append_column("_business_date", day)
