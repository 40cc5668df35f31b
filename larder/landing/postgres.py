"""PostgreSQL as Arrow batches, by ADBC's binary COPY, with its errors explained in one line."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
from adbc_driver_postgresql import StatementOptions

from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.redaction import redact, redact_error, to_one_line

# SQLSTATE classes and codes, from the appendix "PostgreSQL Error Codes" of its manual.
LOGIN_REFUSED = ("28", "3D")
CHANGED = ("42",)
BATCH_BYTES = 8 * 2**20

# Runs a query, and yields its rows as they arrive.
Query = Callable[[str], Iterator[pa.Table]]


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
            leader = stack.enter_context(_transaction(credentials))
            leader.execute("select pg_export_snapshot()")
            exported = str(leader.fetchone()[0])

        def query(sql: str) -> Iterator[pa.Table]:
            with reading(name):
                cursor = stack.enter_context(_transaction(credentials, exported))
                cursor.adbc_statement.set_options(
                    **{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(batch_bytes)}
                )
                cursor.execute(sql)
                for batch in cursor.fetch_record_batch():
                    yield pa.Table.from_batches([batch])

        yield query


@contextmanager
def _transaction(credentials: str, snapshot: str | None = None) -> Iterator[adbc.Cursor]:
    """A cursor in a repeatable-read transaction, optionally on another transaction's snapshot."""
    with adbc.connect(credentials) as connection, connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        if snapshot:
            cursor.execute(f"set transaction snapshot '{snapshot}'")
        yield cursor


@contextmanager
def connecting(name: str) -> Iterator[None]:
    """Explain why a connection failed, in the block.

    Raises:
        SourceUnavailable: the database does not answer.
        IngestError: it refuses the login, or the connection string cannot be used.
    """
    setting = f"SOURCES__{name.upper()}__CREDENTIALS"
    try:
        yield
    except adbc.Error as error:
        words = _server_message(error)
        if words is None:
            # The driver's own message repeats parts of the connection string, and so of the password.
            kind = SourceUnavailable if "host name" in str(error) else IngestError
            raise kind(
                f"{name} database: the connection string of {setting} does not lead to a "
                "server; it must be postgresql://user:password@host:port/database, with %40 %3A %2F %25 for "
                "@ : / % in the password; fix it, then run the date again"
            ) from None
        if (error.sqlstate or "").startswith(LOGIN_REFUSED) or re.search(r"password|does not exist", words):
            raise IngestError(f"{name} database: {words}; fix {setting}, then run the date again") from error
        raise SourceUnavailable(
            f"{name} database: {words}; see that it is up (the demo's: `larder demo status`) and that "
            f"{setting} is right, then run the date again"
        ) from error


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Explain why a query failed, in the block.

    Raises:
        SourceChanged: a table or a column no longer exists, or the role cannot read it.
        SourceUnavailable: the connection was lost.
    """
    try:
        yield
    except (adbc.Error, OSError) as error:  # Arrow's batch reader raises OSError if the connection is lost
        raise explain_reading(name, error) from error


def explain_reading(name: str, error: Exception) -> IngestError:
    """The error that `reading` raises for a failed query."""
    words = _server_message(error) or redact_error(error)
    if isinstance(error, adbc.Error) and (error.sqlstate or "").startswith(CHANGED):
        return SourceChanged(
            f"{name} database: {words}; bring it back or grant it to the ingest role, or change the "
            f"contract in ingest/{name}.py and the models that read it, then run the date again"
        )
    return SourceUnavailable(
        f"{name} database: {words}; see that it is up (the demo's: `larder demo status`), "
        f"then run the date again"
    )


def _server_message(error: Exception) -> str | None:
    """The message from the server or the network; None if the error is the driver's own."""
    line = str(error).strip().splitlines()[0]
    found = re.search(r"(?:ERROR|FATAL):\s+(.*)|(connection to server .*)", line)
    return found and to_one_line(redact(found[1] or found[2]))
