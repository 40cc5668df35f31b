"""A feed: one table's way into Bronze, as Arrow batches in bounded memory.

Each feed states its contract: the columns that must be there with their types, its key and its cursor.
A new column is taken along (Bronze evolves), a changed type is refused, a vanished column is an error.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.data_types import TDataType
from dlt.common.schema.typing import TSchemaContract, TTableSchemaColumns
from dlt.destinations.adapters import iceberg_adapter

from ingest import bronze
from ingest.errors import SourceChanged

CONTRACT: TSchemaContract = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}

# Rows may become visible later than their cursor says: a till was offline, a transaction was long.
LAG = timedelta(days=3)

# A load's rows pass through memory as one Arrow table: this bounds it, however large the source is.
ROWS_A_LOAD = 1_000_000

STAMPS: TTableSchemaColumns = {
    "_loaded_at": {"name": "_loaded_at", "data_type": "timestamp", "nullable": False},
    "_business_date": {"name": "_business_date", "data_type": "date", "nullable": False},
}

# Batches that belong together: they are loaded in one commit (a file), or are one batch of a stream.
Unit = Iterable[pa.Table]


@dataclass
class Feed:
    """What comes of one table in one ingest, and the contract it is held to.

    `units` is called once, when the first rows are wanted; with the lag window's start, or None for all rows.
    """

    table: str
    columns: dict[str, TDataType]
    key: tuple[str, ...]
    units: Callable[[datetime | None], Iterator[Unit]]
    cursor: str | None = "updated_at"
    partition: str | None = "_business_date"
    rows: int = 0
    exhausted: bool = False
    _pending: Iterator[Unit] | None = field(default=None, repr=False)
    _seen: pa.Table | None = field(default=None, repr=False)

    def _open(self) -> Iterator[Unit]:
        """Ask the source for what came since Bronze's last row, and a lag window before it."""
        since = None
        if self.cursor and (high := bronze.high_water(self.table, self.cursor)):
            since = high - LAG
            self._seen = bronze.versions_since(self.table, self.key, self.cursor, since)
        return self.units(since)

    def take(self, business_date: date) -> Iterator[pa.Table]:
        """Yield stamped Arrow batches, new to Bronze, until a load is full or the source has no more."""
        self._pending = self._pending or self._open()
        loaded_at = datetime.now(UTC)
        taken = 0
        while taken < ROWS_A_LOAD:
            unit = next(self._pending, None)
            if unit is None:
                self.exhausted = True
                break
            for batch in unit:
                self._check(batch)
                fresh = bronze.without(batch, self._seen)
                taken += fresh.num_rows
                if fresh.num_rows:
                    yield _stamped(fresh, loaded_at, business_date)
        self.rows += taken

    def _check(self, batch: pa.Table) -> None:
        missing = [name for name in self.columns if name not in batch.column_names]
        if missing:
            raise SourceChanged(
                f"{self.table}: the source no longer has the column {', '.join(missing)}; bring it back, "
                f"or change the contract in ingest/ and the models that read it, then run the date again"
            )

    def resource(self, business_date: date) -> Any:
        """This feed as a dlt resource: append-only Iceberg, partitioned, under its schema contract."""
        hints: TTableSchemaColumns = {
            name: {"name": name, "data_type": kind} for name, kind in self.columns.items()
        }
        resource = dlt.resource(
            self.take(business_date),
            name=self.table,
            primary_key=self.key,
            write_disposition="append",
            table_format="iceberg",
            schema_contract=CONTRACT,
            columns=hints | STAMPS,
        )
        return iceberg_adapter(resource, partition=self.partition) if self.partition else resource


def _stamped(batch: pa.Table, loaded_at: datetime, business_date: date) -> pa.Table:
    """Append the load time (UTC) and the business date of the run to every row."""
    at = pa.repeat(pa.scalar(loaded_at, pa.timestamp("us", "UTC")), batch.num_rows)
    day = pa.repeat(pa.scalar(business_date, pa.date32()), batch.num_rows)
    return batch.append_column("_loaded_at", at).append_column("_business_date", day)
