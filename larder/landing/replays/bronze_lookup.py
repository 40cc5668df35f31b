"""Look for records of the quarantine in Bronze, by their key and cursor, without reading a whole table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression, GreaterThanOrEqual, In

from larder.lake import tables

# Beyond this number, Iceberg does not compare values with a file's metadata.
MOST_VALUES = 200
DELETED = "_is_deleted"


@dataclass(frozen=True)
class Columns:
    """The columns by which a record is found in Bronze."""

    key: tuple[str, ...]
    cursor: str | None

    def names(self) -> list[str]:
        """All of them."""
        return [*self.key, *([self.cursor] if self.cursor else [])]


def find_in_bronze(
    records: pa.Table, table: str, columns: Columns, conditions: Sequence[str], bounds: Mapping[str, str]
) -> list[str]:
    """The ids of the records whose key is in Bronze, in a row that meets some conditions.

    Args:
        records: `record_id`, `key_json`, `rule`, `payload_json` and `last_seen_at` of records.
        table: the Bronze table.
        columns: the key, and the cursor if the rows have versions.
        conditions: SQL over a row of Bronze, `loaded`, and a record, `waiting`. A record has `__record_id`,
            `__last_seen_at` and, in the cursor's type, `__version`: null if it is invalid. `loaded` has key
            and cursor, `_loaded_at`, and `_is_deleted`, null in a table without tombstones.
        bounds: columns of Bronze with an SQL aggregate over the records; rows below it are not read.
    """
    bronze = tables.table(table) if columns.key and records.num_rows else None
    # A table of which no row was ever accepted may lack a column whose type is not declared.
    if bronze is None or not set(columns.names()) <= set(bronze.schema().column_names):
        return []
    fields = bronze.schema().as_arrow()
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        database.register("records", records)
        database.register("shape", pa.schema([fields.field(name) for name in columns.names()]).empty_table())
        types = dict(zip(columns.names(), map(str, database.view("shape").types), strict=True))
        database.execute(_create_waiting(columns, types))
        scanned = _build_filter(database, columns, bounds)
        if scanned is None:
            return []
        has_tombstones = DELETED in fields.names
        names = dict.fromkeys([*columns.names(), "_loaded_at", *([DELETED] if has_tombstones else [])])
        stored = bronze.scan(row_filter=scanned, selected_fields=tuple(names)).to_arrow_batch_reader()
        database.register("stored", stored)
        loaded = "stored" if has_tombstones else f"(select *, null as {DELETED} from stored)"  # noqa: S608 as below
        same = [f"loaded.{quote(name)} = waiting.{quote(name)}" for name in columns.key]
        found = database.sql(
            f"select distinct __record_id from waiting join {loaded} as loaded "  # noqa: S608 names of our own columns
            f"on {' and '.join([*same, *conditions])}"
        ).fetchall()
    return [record_id for (record_id,) in found]


def quote(name: str) -> str:
    """A column's name in SQL: it may be a keyword, such as `order`."""
    return f'"{name}"'


def _create_waiting(columns: Columns, types: dict[str, str]) -> str:
    """The statement that makes a table of the records with a key, in Bronze's types.

    A cursor that was rejected itself says nothing about the version.
    """
    typed = [f"{_parse('key_json', name, types[name])} as {quote(name)}" for name in columns.key]
    if columns.cursor:
        cursor = _parse("payload_json", columns.cursor, types[columns.cursor])
        typed.append(f"if(rule = 'cursor', null, {cursor}) as __version")
    known = " and ".join(f"{quote(name)} is not null" for name in columns.key)
    return (
        f"create table waiting as select * from ("  # noqa: S608 names of our own columns
        f"select record_id as __record_id, last_seen_at as __last_seen_at, {', '.join(typed)} from records) "
        f"where {known}"
    )


def _parse(text: str, name: str, kind: str) -> str:
    return f"""try_cast(json_extract_string({text}, '$."{name}"') as {kind})"""


def _build_filter(
    database: duckdb.DuckDBPyConnection, columns: Columns, bounds: Mapping[str, str]
) -> BooleanExpression | None:
    """Which rows of Bronze are read, as far as files' metadata can say; None if no record has a key."""
    aggregates = ", ".join(["count(*)", *bounds.values()])
    count, *lowest = database.sql(f"select {aggregates} from waiting").fetchall()[0]  # noqa: S608 as above
    if count == 0:
        return None
    parts: list[Any] = [
        GreaterThanOrEqual(name, _to_literal(value))  # type: ignore[call-arg,misc,arg-type] # as its documentation says
        for name, value in zip(bounds, lowest, strict=True)
        if value is not None
    ]
    for name in columns.key:
        query = f"select distinct {quote(name)} from waiting limit {MOST_VALUES + 1}"  # noqa: S608 as above
        values = {_to_literal(value) for (value,) in database.sql(query).fetchall()}
        if len(values) <= MOST_VALUES:
            parts.append(In(name, values))  # type: ignore[call-arg,misc,arg-type] # as its documentation says
    everything: BooleanExpression = AlwaysTrue()
    return reduce(And, parts, everything)


def _to_literal(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
