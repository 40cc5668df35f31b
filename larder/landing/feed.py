"""A feed loads one table into Bronze, as Arrow batches in bounded memory, through the gate.

Each feed has a contract (see `larder.landing.contract`): columns with their types, key and cursor.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain, islice
from typing import Any

import dlt
import numpy as np
import pyarrow as pa
from dlt.common.schema import TTableSchemaColumns

from larder.errors import IngestError
from larder.lake import tables
from larder.lake.catalog import BRONZE
from larder.lake.columnar import Values, repeat
from larder.landing.checks.gate import Gate
from larder.landing.contract import Columns, check_known
from larder.landing.conversion.batch import Batch
from larder.landing.conversion.conform import conform
from larder.landing.conversion.types import TIMESTAMP, is_number, stored_type
from larder.landing.declared import LAG, Disposition
from larder.landing.destination import DISPOSITION, KEY
from larder.landing.dlt_internals import TSchemaContract
from larder.landing.repairs.comparison import Comparison
from larder.landing.seen import Seen
from larder.landing.suppression import suppress_rows

CONTRACT: TSchemaContract = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}

# A load is one file and one commit: this many basket lines make a file of about 128 MB.
ROWS_PER_LOAD = 15_000_000

# The columns that landing adds to each row; `_is_deleted` only in Bronze.
STAMPS: Columns = {"_loaded_at": TIMESTAMP, "_business_date": pa.date32()}
DELETED = "_is_deleted"

ADDED = (*STAMPS, DELETED, "_dlt_load_id")

# All rows of a run have the same date, so a file never spans partitions.
PARTITION = ["_business_date"]

# Batches loaded in one commit: all of a file, or one batch of a stream.
Unit = Iterable[Batch]


@dataclass
class Feed:
    """The rows of one table in one ingest, and their contract.

    `units` is called once, when the first rows are needed, with the start of the lag window, or None for all
    rows, and the types of the columns that Bronze has beyond the contract. Rows that Bronze has are skipped:
    those with a known key and cursor or, without a cursor, rows that equal the latest row of their key. With
    `only_new_rows`, `units` skips them itself. The others go through the gate.
    """

    table: str
    columns: Columns
    key: tuple[str, ...]
    units: Callable[[Any, Columns], Iterator[Unit]]
    gate: Gate
    cursor: str | None = "updated_at"
    namespace: str = BRONZE
    lag: timedelta = LAG
    disposition: Disposition = "append"
    only_new_rows: bool = False
    where: str = ""
    latest: datetime | None = None
    comparison: Comparison | None = None
    _next: list[tuple[pa.Schema, Iterator[pa.Table]]] = field(default_factory=list, repr=False)

    @cached_property
    def _known(self) -> Columns:
        """The types of the columns in Bronze, to which rows add new ones."""
        found = tables.schema(self.table, self.namespace)
        if found is None:
            return {}
        return {one.name: stored_type(one.type) for one in found if one.name not in ADDED}

    @property
    def _version(self) -> tuple[str, ...]:
        return (*self.key, *([self.cursor] if self.cursor else []))

    @cached_property
    def _fresh(self) -> Iterator[tuple[pa.Schema, Iterator[pa.Table]]]:
        """The units with new rows, each with its columns, without the rows that Bronze has.

        Raises:
            SourceChanged: a column of the contract is of another kind in Bronze.
        """
        check_known(self.columns, self._known, self.where or self.table)
        since = self._since()
        seen = self._read_seen(since)
        return (
            (first.schema, chain([first], batches))
            for unit in self.units(since, self._known)
            if (first := next(batches := self._new_rows(unit, seen), None)) is not None
        )

    def _since(self) -> Any:
        """The watermark to read from: the latest cursor value in Bronze, minus the lag if it is a time."""
        if self.cursor is None or self.disposition == "replace":
            return None
        high = tables.high_water(self.table, self.cursor, self.namespace, self.latest)
        if isinstance(high, str):
            # It is read from metadata, which truncates text.
            raise IngestError(
                f"{self.where or self.table}: its cursor {self.cursor} is text in Bronze. Declare its data "
                f"type, such as timestamp, and reload the table."
            )
        if not isinstance(high, date | datetime):
            return high
        try:
            return high - self.lag
        except OverflowError:  # in the year 1
            return high.min.replace(tzinfo=high.tzinfo) if isinstance(high, datetime) else high.min

    def _read_seen(self, since: Any) -> Seen | None:
        """The rows of Bronze to compare new ones with; None if they are not compared."""
        if self.disposition == "replace" or self.only_new_rows or not self.key:
            return None
        values = tuple(name for name in self._known if name not in self.key)
        return Seen(self.table, self.key, self.cursor, values, since, self.namespace)

    def _new_rows(self, unit: Unit, seen: Seen | None) -> Iterator[pa.Table]:
        """The rows of a unit that Bronze does not have and the gate admits."""
        for number, delivered in enumerate(unit):
            may_widen = self._may_widen if number == 0 else lambda *_: False
            where = self.where or self.table
            found = conform(delivered, self.columns, self._beyond(), where, may_widen, version=self._version)
            kinds = {one.name: one.type for one in found.rows.schema if not pa.types.is_null(one.type)}
            self._known.update(kinds)
            typed, sent = suppress_rows(self.table, found, delivered)
            self.gate.counts.received += sent.rows.num_rows
            places = seen.unknown_places(typed) if seen else None
            if places is not None:
                self._recognize(typed, sent, places)
                typed = typed.take(places)
            if (rows := self.gate.admit(typed, sent if places is None else sent.take(places))).num_rows:
                yield rows

    def _recognize(self, typed: Batch, sent: Batch, places: Values) -> None:
        """Count the rows that Bronze has, which are not at these places.

        Without a cursor, one of them may be followed by a row of the same key with other values. Both would
        be new in turn, in each load.
        """
        if self.cursor is not None:
            self.gate.counts.already_there += sent.rows.num_rows - len(places)
            return
        is_there = np.ones(sent.rows.num_rows, dtype=bool)
        is_there[places.to_numpy()] = False
        there = pa.array(np.flatnonzero(is_there))
        self.gate.recognize(typed.take(there), sent.take(there))

    def _beyond(self) -> Columns:
        """The types of the columns that Bronze has beyond the contract, or as another type of numbers."""
        declared = {name: stored_type(kind) for name, kind in self.columns.items()}
        return {
            name: kind
            for name, kind in self._known.items()
            if name not in declared or (is_number(kind) and kind != declared[name])
        }

    def _may_widen(self, column: str, kind: pa.DataType) -> bool:
        """Whether Bronze's values keep their worth in a wider type."""
        return tables.fits_in(self.table, column, kind, self.namespace)

    def has_more(self) -> bool:
        """Whether the source has rows to load that Bronze does not have. Reads the first of them."""
        if not self._next:
            self._next.extend(islice(self._fresh, 1))
        return bool(self._next)

    def take(self, business_date: date) -> Iterator[pa.Table]:
        """Yield Arrow batches with Bronze's columns until a load is full or the source is exhausted.

        All rows of a load have the same columns. Before its end, the rows that were rejected on the way are
        in the quarantine.

        Raises:
            SourceChanged: too many of them were rejected.
        """
        loaded_at = datetime.now(UTC)
        taken = 0
        # A replace or merge is one commit, however many rows it has.
        limit = ROWS_PER_LOAD if self.disposition == "append" else None
        columns = None
        while (limit is None or taken < limit) and self.has_more():
            schema, batches = self._next[0]
            if limit is not None and columns not in (None, schema):
                break
            columns = schema
            self._next.clear()
            for batch in batches:
                taken += batch.num_rows
                yield self.stamp(batch, loaded_at, business_date)
        self.gate.settle()

    def schema(self) -> pa.Schema:
        """The Bronze table's columns before the first load."""
        columns: Columns = {**self.columns, **self._stamps(), "_dlt_load_id": pa.string()}
        required = {*self.key, *STAMPS, "_dlt_load_id"}
        return pa.schema(
            pa.field(name, stored_type(kind), nullable=name not in required) for name, kind in columns.items()
        )

    def resource(self, business_date: date) -> Any:
        """This feed as a dlt resource: partitioned by the run's date, under its contract."""
        return self.to_resource(self.take(business_date))

    def to_resource(self, batches: Iterator[pa.Table]) -> Any:
        """Batches with Bronze's columns as a dlt resource that loads them into this feed's table."""
        hints: TTableSchemaColumns = {
            name: {"name": name, "nullable": False, "partition": name in PARTITION} for name in STAMPS
        }
        resource = dlt.resource(
            batches,
            name=self.table,
            primary_key=self.key,
            write_disposition="append",
            schema_contract=CONTRACT,
            columns=hints,
        )
        resource.apply_hints(additional_table_hints={DISPOSITION: self.disposition, KEY: list(self.key)})
        return resource

    def _stamps(self) -> Columns:
        return {**STAMPS, DELETED: pa.bool_()} if self.namespace == BRONZE else STAMPS

    def stamp(
        self, batch: pa.Table, loaded_at: datetime, business_date: date, *, is_deleted: bool = False
    ) -> pa.Table:
        """Add the load time (UTC) and the run's business date to every row, and whether it is a tombstone."""
        stamps = {"_loaded_at": loaded_at, "_business_date": business_date, DELETED: is_deleted}
        for name, kind in self._stamps().items():
            stamp = repeat(stamps[name], kind, batch.num_rows)
            batch = batch.append_column(pa.field(name, kind, nullable=name == DELETED), stamp)
        return batch
