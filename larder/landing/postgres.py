"""PostgreSQL as Arrow batches, by ADBC's binary COPY."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pyarrow as pa
from adbc_driver_postgresql import StatementOptions

from larder.landing import postgres_columns
from larder.landing.postgres_errors import ConnectionLost, connecting

BATCH_BYTES = 8 * 2**20
# A database of this encoding holds bytes of no known one: they are read as they are.
NO_ENCODING = "SQL_ASCII"

# Runs a query, and yields its rows as they arrive.
Query = Callable[[str], Iterator[pa.Table]]


@dataclass(frozen=True)
class Snapshot:
    """One state of a database, which all queries see.

    Attributes:
        credentials: postgresql://user:password@host:port/database.
        connection: the connection that keeps the state.
        name: how other connections name it.
        batch_bytes: the size of a batch.
        readers: the connections of queries that were not read to their end.
    """

    credentials: str
    connection: psycopg.Connection[Any]
    name: str
    batch_bytes: int
    readers: ExitStack

    def query(self, query: str) -> Iterator[pa.Table]:
        """Yield a query's rows, each column as Bronze holds it (`larder.landing.postgres_columns`).

        Raises:
            psycopg.Error, adbc.Error: the query cannot be run; `larder.landing.postgres_errors` explains it.
            ConnectionLost: the server went away meanwhile.
        """
        selection = postgres_columns.select(self.connection, query)
        # Closed with the snapshot at the latest: whoever reads may stop early, and keep this generator.
        with self.readers.enter_context(ExitStack()) as stack:
            cursor = stack.enter_context(self._reader())
            cursor.adbc_statement.set_options(
                **{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(self.batch_bytes)}
            )
            try:
                cursor.execute(selection.query)
                for batch in cursor.fetch_record_batch():
                    yield selection.to_decimals(pa.Table.from_batches([batch]))
            except OSError as error:  # from Arrow's reader
                raise ConnectionLost(str(error)) from error

    @contextmanager
    def _reader(self) -> Iterator[adbc.Cursor]:
        """A cursor of another connection that sees this state."""
        encoding = self.connection.info.parameter_status("server_encoding")
        settings = {
            "client_encoding": encoding if encoding == NO_ENCODING else "UTF8",
            # How values look that are read as text.
            "timezone": "UTC",
            "datestyle": "ISO",
            "intervalstyle": "postgres",
        }
        with adbc.connect(self.credentials) as connection, connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute(f"set transaction snapshot '{self.name}'")
            for name, value in settings.items():
                cursor.execute(f"set {name} to '{value}'")
            yield cursor


@contextmanager
def open_snapshot(credentials: str, batch_bytes: int = BATCH_BYTES) -> Iterator[Snapshot]:
    """Open one snapshot of a database.

    Raises:
        psycopg.Error: the database does not answer or refuses the login.
    """
    with closing(psycopg.connect(credentials, client_encoding="utf8")) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        (name,) = connection.execute("select pg_export_snapshot()").fetchone() or ("",)
        with ExitStack() as readers:
            yield Snapshot(credentials, connection, name, batch_bytes, readers)


@contextmanager
def snapshot(name: str, credentials: str, batch_bytes: int = BATCH_BYTES) -> Iterator[Query]:
    """Query one snapshot of a database, so that all queries see the same state; rows are Arrow batches.

    Args:
        name: the source, for errors.
        credentials: postgresql://user:password@host:port/database.
        batch_bytes: the size of a batch.

    Raises:
        IngestError: the database does not answer or refuses the login; see `connecting`.
    """
    with ExitStack() as stack:
        with connecting(name):
            opened = stack.enter_context(open_snapshot(credentials, batch_bytes))
        yield opened.query


def literal(since: datetime | None) -> str:
    """A time in a query; None is before all others."""
    return f"timestamptz '{since.isoformat() if since else '-infinity'}'"
