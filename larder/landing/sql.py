"""PostgreSQL tables for dlt's `sql_table`: its driver, and the types that Arrow and Spark do not have.

Columns of such types are read as text, in the database's own words: numeric without a precision (or beyond 38
digits), json and jsonb, uuid, inet, interval, time, money, ranges, and whatever SQLAlchemy does not know.
Arrays and rows are read as JSON text.
"""

import warnings
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Table, Text, cast, func, literal_column, type_coerce, types
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning

from larder.landing.conversion.json_text import JsonText

# The adapter below reads such a column as text.
warnings.filterwarnings("ignore", "Did not recognize type", SAWarning)

READ_AS_THEY_ARE = (
    types.Integer,
    types.Float,
    types.Boolean,
    types.Date,
    types.DateTime,
    types.String,
    types.LargeBinary,
)
MOST_DIGITS = 38  # of Arrow's and Spark's decimals


class Written(types.TypeDecorator[str]):
    """Text that the database wrote: of a column that is declared as JSON, it is the JSON itself."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> JsonText | None:
        """Mark it as such."""
        return None if value is None else JsonText(value)


class AsText(types.TypeDecorator[str]):
    """A value as the database writes it."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Cast it where it is selected."""
        return type_coerce(cast(column, Text), Written)


class AsJsonText(AsText):
    """An array as JSON."""

    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Cast it where it is selected."""
        return type_coerce(cast(func.to_jsonb(column), Text), Written)


class AsPlainText(AsText):
    """A value of a type that SQLAlchemy does not know: as text, or as JSON if it has parts."""

    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Convert it where it is selected."""
        return type_coerce(func.to_jsonb(column).op("#>>")(literal_column("'{}'")), Written)


def psycopg_url(credentials: str) -> str:
    """A connection string postgresql://… that SQLAlchemy opens with the driver that is installed.

    Raises:
        ArgumentError: it is not a URL.
    """
    url = make_url(credentials)
    # Without it, psycopg speaks the database's encoding, which it may not know.
    url = url.update_query_dict({"client_encoding": "utf8"}) if "client_encoding" not in url.query else url
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def readable_types(table: Table) -> None:
    """Have a table's columns read in types that Bronze holds: `sql_table(table_adapter_callback=…)`."""
    for column in table.columns:
        kind = column.type.data_type if isinstance(column.type, DOMAIN) else column.type
        column.type = _readable(kind)


def _readable(kind: types.TypeEngine[Any]) -> types.TypeEngine[Any]:
    match kind:
        case AsText():
            return kind
        case types.ARRAY():
            return AsJsonText()
        case types.NullType():
            return AsPlainText()
        case types.Numeric(precision=int(), asdecimal=True) if _fits(kind):
            return kind
        case _ if isinstance(kind, READ_AS_THEY_ARE):
            return kind
        case _:
            return AsText()


def _fits(kind: types.Numeric[Any]) -> bool:
    return 0 <= (kind.scale or 0) <= (kind.precision or 0) <= MOST_DIGITS
