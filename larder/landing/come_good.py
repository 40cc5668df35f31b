"""Close the open records of the quarantine whose key has come to Bronze since, with values that are good."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.expressions import And, BooleanExpression, GreaterThan, In

from larder.lake import tables
from larder.quarantine import records

# Beyond this number, Iceberg does not compare values with a file's metadata.
MOST_VALUES = 200
DELETED = "_is_deleted"
# The columns of open records that are read.
WAITING = ("record_id", "key_json", "rule", "payload_json", "last_seen_at")


@dataclass(frozen=True)
class Columns:
    """The columns by which a record is found in Bronze."""

    key: tuple[str, ...]
    cursor: str | None

    def names(self) -> list[str]:
        """All of them."""
        return [*self.key, *([self.cursor] if self.cursor else [])]


def close_come_good(source: str, resource: str, table: str, key: tuple[str, ...], cursor: str | None) -> int:
    """Close open records as resolved if a later load has brought their key to Bronze.

    With a cursor, the row in Bronze must not be an earlier version than the record. A tombstone is not a good
    row. Only rows that were loaded since the oldest of the records was last seen are read.

    Args:
        source: the source's name.
        resource: the resource, as records name it.
        table: the Bronze table.
        key: the key's columns; without a key, nothing comes good.
        cursor: the column of the row's version; None if there is none.

    Returns:
        How many records were closed.
    """
    columns = Columns(key, cursor)
    waiting = records.find_open(source, resource, WAITING) if key else None
    bronze = tables.table(table) if waiting is not None and waiting.num_rows else None
    if bronze is None:
        return 0
    fields = bronze.schema().as_arrow()
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        database.register("records", waiting)
        database.register("shape", pa.schema([fields.field(name) for name in columns.names()]).empty_table())
        types = dict(zip(columns.names(), map(str, database.view("shape").types), strict=True))
        database.execute(_create_waiting(columns, types))
        if (condition := _condition(database, columns)) is None:
            return 0
        has_tombstones = DELETED in fields.names
        names = (*columns.names(), "_loaded_at", *([DELETED] if has_tombstones else []))
        scan = bronze.scan(row_filter=condition, selected_fields=names)
        database.register("loaded", scan.to_arrow_batch_reader())
        good = database.sql(_find_good(columns, has_tombstones)).fetchall()
    return records.close([record_id for (record_id,) in good], "resolved")


def _create_waiting(columns: Columns, types: dict[str, str]) -> str:
    """The statement that makes a table of the records with a key, in Bronze's types.

    A cursor that was rejected itself says nothing about the version.
    """
    typed = [f"{_parse('key_json', name, types[name])} as {_quote(name)}" for name in columns.key]
    if columns.cursor:
        cursor = _parse("payload_json", columns.cursor, types[columns.cursor])
        typed.append(f"if(rule = 'cursor', null, {cursor}) as _version")
    known = " and ".join(f"{_quote(name)} is not null" for name in columns.key)
    return (
        f"create table waiting as select * from ("  # noqa: S608 names of our own columns
        f"select record_id, last_seen_at, {', '.join(typed)} from records) where {known}"
    )


def _parse(text: str, name: str, kind: str) -> str:
    return f"""try_cast(json_extract_string({text}, '$."{name}"') as {kind})"""


def _condition(database: duckdb.DuckDBPyConnection, columns: Columns) -> BooleanExpression | None:
    """Which rows of Bronze may be good, as far as files' metadata can say; None if no record has a key."""
    oldest = database.sql("select min(last_seen_at) from waiting").fetchall()[0][0]
    if oldest is None:
        return None
    condition: BooleanExpression = GreaterThan("_loaded_at", oldest.isoformat())  # type: ignore[call-arg,misc,arg-type] # as its documentation says
    for name in columns.key:
        query = f"select distinct {_quote(name)} from waiting limit {MOST_VALUES + 1}"  # noqa: S608 as above
        values = {_to_literal(value) for (value,) in database.sql(query).fetchall()}
        if len(values) <= MOST_VALUES:
            condition = And(condition, In(name, values))  # type: ignore[call-arg,misc,arg-type] # as its documentation says
    return condition


def _to_literal(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _find_good(columns: Columns, has_tombstones: bool) -> str:
    """The query for the records that have come good."""
    conditions = [f"loaded.{_quote(name)} = waiting.{_quote(name)}" for name in columns.key]
    conditions.append("loaded._loaded_at > waiting.last_seen_at")
    if columns.cursor:
        conditions.append(f"(_version is null or loaded.{_quote(columns.cursor)} >= _version)")
    if has_tombstones:
        conditions.append(f"loaded.{DELETED} is not true")
    return f"select distinct record_id from waiting join loaded on {' and '.join(conditions)}"  # noqa: S608 as above


def _quote(name: str) -> str:
    """A column's name in SQL: it may be a keyword, such as `order`."""
    return f'"{name}"'
