"""Select the columns of a query so that Arrow gets each as what Bronze holds.

Types that Arrow and Bronze share are read as they are. All others are read as text, in the database's own
words: numeric without a precision (or beyond 38 digits), json and jsonb, uuid, inet, interval, time, money,
ranges, enums, and those of extensions. Arrays and rows are read as JSON text.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

SHARED = (
    "bool",
    "bytea",
    '"char"',
    "name",
    "int2",
    "int4",
    "int8",
    "float4",
    "float8",
    "text",
    "varchar",
    "bpchar",
    "date",
    "timestamp",
    "timestamptz",
)
NUMERIC = "numeric"
MOST_DIGITS = 38  # of Arrow's and Spark's decimals
# Types of values that have parts, which are read as JSON.
NESTED = (
    "select oid::int8 from pg_type where oid = any(%s) and (typcategory in ('A', 'C') or typname = 'record')"
)


@dataclass(frozen=True)
class Selection:
    """A query whose columns Arrow can hold, and the decimals among them, which ADBC reads as text."""

    query: str
    decimals: dict[int, pa.DataType]

    def to_decimals(self, rows: pa.Table) -> pa.Table:
        """Rows with their decimals. A column with NaN or infinity, which are not decimals, stays text."""
        for place, kind in self.decimals.items():
            text = rows.column(place).cast(pa.string())
            try:
                rows = rows.set_column(place, rows.field(place).name, text.cast(kind))
            except pa.ArrowInvalid:
                rows = rows.set_column(place, rows.field(place).name, text)
        return rows


def select(connection: psycopg.Connection[Any], query: str) -> Selection:
    """Choose how each column of a query is read. The query is planned, and not run.

    Raises:
        psycopg.Error: the query is not valid.
    """
    # It may end in a comment.
    plain = query.strip().rstrip(";") + "\n"
    with connection.cursor() as cursor:
        cursor.execute(f"select * from ({plain}) as q limit 0".encode())  # noqa: S608 the source's query
        columns = cursor.description or []
        unshared = [column.type_code for column in columns if not _is_shared(column)]
        nested = {oid for (oid,) in cursor.execute(NESTED, [unshared])} if unshared else set()
    decimals = {place: kind for place, column in enumerate(columns) if (kind := _decimal(column))}
    if not unshared:
        return Selection(plain, decimals)
    places = [sql.Identifier(f"c{place}") for place in range(len(columns))]
    items = [
        sql.SQL("{} as {}").format(_expression(column, place, nested), sql.Identifier(column.name))
        for column, place in zip(columns, places, strict=True)
    ]
    selected = sql.SQL(", ").join(items).as_string(connection)
    named = sql.SQL(", ").join(places).as_string(connection)
    return Selection(f"select {selected} from ({plain}) as q ({named})", decimals)  # noqa: S608 as above


def _is_shared(column: psycopg.Column) -> bool:
    return column.type_code in _SHARED or _decimal(column) is not None


def _decimal(column: psycopg.Column) -> pa.DataType | None:
    """The decimal type of a column; None if it is not numeric, or has no digits that fit."""
    digits, scale = column.precision, column.scale
    if column.type_code != _NUMERIC or digits is None or scale is None:
        return None
    return pa.decimal128(digits, scale) if 0 <= scale <= digits <= MOST_DIGITS else None


def _expression(column: psycopg.Column, place: sql.Identifier, nested: set[int]) -> sql.Composable:
    if _is_shared(column):
        return place
    return sql.SQL("to_jsonb({})::text" if column.type_code in nested else "{}::text").format(place)


_SHARED = frozenset(psycopg.adapters.types[name].oid for name in SHARED)
_NUMERIC = psycopg.adapters.types[NUMERIC].oid
