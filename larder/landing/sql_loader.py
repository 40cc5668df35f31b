"""How dlt's `sql_table` reads PostgreSQL: with every value that the database may hold.

The backend `pyarrow` reads by ADBC (`larder.landing.postgres`). The backend `sqlalchemy` reads by psycopg;
values that Python has no type for, such as the date `infinity` or a year before 1, come as the database's
text. `install` puts this in place for all resources.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from functools import cache
from typing import Any

import psycopg
import sqlalchemy as sa
from dlt.sources.sql_database.helpers import TableLoader, register_table_loader_backend
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types import datetime as times
from psycopg.types import numeric, string
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import CompileError

from larder.landing.postgres import NO_ENCODING, open_snapshot
from larder.landing.session import open_until_loaded
from larder.landing.sql import readable_types


class MissingColumn(Exception):
    """A table does not have the column of its cursor."""


TEXTS = ("text", "varchar", "bpchar", "name")
# With another style of parameters, percent signs would be doubled.
_plain = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]


@cache
def install() -> None:
    """Have all resources of `sql_table` read PostgreSQL this way."""
    for backend in ("pyarrow", "sqlalchemy"):
        register_table_loader_backend(backend, PostgresLoader)


class PostgresLoader(TableLoader):
    """dlt's loader of a table, for PostgreSQL as above; for other databases as it is."""

    def __init__(self, engine: sa.Engine, backend: Any, table: Any, *args: Any, **options: Any) -> None:
        """As dlt's.

        Raises:
            MissingColumn: the table does not have the cursor's column.
        """
        cursor = options.get("incremental")
        if cursor is not None and cursor.cursor_path not in table.c:
            raise MissingColumn(cursor.cursor_path)
        super().__init__(engine, backend, table, *args, **options)

    def load_rows(self, backend_kwargs: dict[str, Any] | None = None) -> Iterator[Any]:
        """Yield the table's rows."""
        if self.engine.dialect.name != "postgresql":
            yield from super().load_rows(backend_kwargs or {})
        elif self.backend == "pyarrow" and (query := self._as_text()):
            # Closed with the load at the latest: whoever reads may stop early, and keep this generator.
            with open_until_loaded(ExitStack()) as stack:
                snapshot = stack.enter_context(open_snapshot(self.get_connection_url()))
                yield from snapshot.query(query)
        else:
            if isinstance(self.table, sa.Table):
                readable_types(self.table)
            if self.engine.dialect.driver == "psycopg":
                sa.event.listen(self.engine, "checkout", _accept_any_value)
            yield from super().load_rows(backend_kwargs or {})

    def _as_text(self) -> str:
        """The query with its values; empty if one of them cannot be written in SQL."""
        try:
            return str(self.make_query().compile(dialect=_plain, compile_kwargs={"literal_binds": True}))
        except CompileError:
            return ""


def _accept_any_value(connection: psycopg.Connection[Any], *_: Any) -> None:
    for name, loader in _LOADERS.items():
        connection.adapters.register_loader(name, loader)
    if connection.info.parameter_status("server_encoding") == NO_ENCODING:
        # The server would refuse all rows for one text that is not UTF-8.
        connection.execute(f"set client_encoding to '{NO_ENCODING}'".encode())
        for name in TEXTS:
            connection.adapters.register_loader(name, _AnyTextLoader)


def _or_text(loader: type[Loader]) -> type[Loader]:
    """A loader that gives the database's text for what it cannot load."""

    class OrText(loader):  # type: ignore[misc,valid-type]
        def load(self, data: Buffer) -> Any:
            try:
                value = super().load(data)
            except (psycopg.DataError, ValueError, OverflowError):
                return bytes(data).decode()
            is_number = not isinstance(value, Decimal) or value.is_finite()
            return value if is_number else bytes(data).decode()

    return OrText


class _AnyTextLoader(string.TextLoader):
    """Text of unknown encoding, as UTF-8; its invalid bytes are lone surrogates, which the gate rejects."""

    def load(self, data: Buffer) -> str:
        """The text."""
        return bytes(data).decode("utf-8", "surrogateescape")


_LOADERS = {
    "date": _or_text(times.DateLoader),
    "time": _or_text(times.TimeLoader),
    "timetz": _or_text(times.TimetzLoader),
    "timestamp": _or_text(times.TimestampLoader),
    "timestamptz": _or_text(times.TimestamptzLoader),
    "interval": _or_text(times.IntervalLoader),
    "numeric": _or_text(numeric.NumericLoader),
}
