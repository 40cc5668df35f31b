"""Loads the shop database as of a business date, then applies one day at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import RawIOBase
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql
from psycopg.rows import TupleRow

from demo import history_reader
from demo.errors import RetailerError
from demo.postgres_server import ADMIN
from demo.state import Database
from demo.tables import SHOP, SHOP_KEYS

_TABLES = Path(__file__).with_name("shop.sql")


class _CopySink(RawIOBase):
    """A file object that passes what pyarrow's CSV writer writes to a running COPY."""

    def __init__(self, copy: psycopg.Copy) -> None:
        super().__init__()
        self._copy = copy

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._copy.write(bytes(data))
        return len(data)


def load(database: Database, history_folder: Path, business_date: date) -> None:
    """Create the database `shop` and fill it as of the end of `business_date`."""
    with _connect(database, "postgres", autocommit=True) as connection:
        connection.execute("create database shop")
        password = sql.Literal(database.ingest_password)
        connection.execute(sql.SQL("create role ingest login password {}").format(password))
        connection.execute("alter role ingest set default_transaction_read_only = on")
    with _connect(database) as connection:
        connection.execute("revoke create on schema public from public")
        connection.execute(_TABLES.read_bytes())
        for name in SHOP:
            _copy(connection, name, history_reader.shop_at(history_folder, name, business_date))
        for name, key in SHOP_KEYS.items():
            _index(connection, name, key)
    with _connect(database, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")


def apply_day(database: Database, history_folder: Path, business_date: date) -> None:
    """Apply a day's events in one transaction. Idempotent."""
    with _connect(database) as connection:
        for name, key in SHOP_KEYS.items():
            events = history_reader.shop_events(history_folder, name, business_date)
            arrived = f"arrived_{name}"
            connection.execute(
                sql.SQL("create temporary table {} (like {}) on commit drop").format(
                    sql.Identifier(arrived), sql.Identifier(name)
                )
            )
            _copy(connection, arrived, events)
            others = [column for column in events.column_names if column not in key]
            connection.execute(
                sql.SQL("insert into {} select * from {} on conflict ({}) do update set {}").format(
                    sql.Identifier(name),
                    sql.Identifier(arrived),
                    _columns(key),
                    sql.SQL(", ").join(map(_set_from_excluded, others)),
                )
            )


def row_counts(database: Database) -> dict[str, int]:
    """The number of rows in each table."""
    with _connect(database) as connection:
        counts = [sql.SQL("(select count(*) from {})").format(sql.Identifier(name)) for name in SHOP]
        found = connection.execute(sql.SQL("select ") + sql.SQL(", ").join(counts)).fetchone() or ()
        return dict(zip(SHOP, found, strict=True))


@contextmanager
def _connect(
    database: Database, name: str = "shop", *, autocommit: bool = False
) -> Iterator[psycopg.Connection[TupleRow]]:
    """A connection as the administrator, committed when the block ends and rolled back if it raises."""
    where = f"The shop database at 127.0.0.1:{database.port}"
    url = database.url(ADMIN, database.admin_password, name)
    try:
        connection = psycopg.connect(url, autocommit=autocommit, connect_timeout=60)
    except psycopg.OperationalError as error:
        raise RetailerError(f"{where} does not answer: start over with `larder demo start`.") from error
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        message = str(error).strip().partition("\n")[0]
        raise RetailerError(f"{where} failed ({message}): start over with `larder demo start`.") from error


def _copy(connection: psycopg.Connection[TupleRow], name: str, rows: pa.Table) -> None:
    command = sql.SQL("copy {} ({}) from stdin (format csv)").format(
        sql.Identifier(name), _columns(rows.column_names)
    )
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        options = pa.csv.WriteOptions(include_header=False, batch_size=1 << 14)
        pa.csv.write_csv(rows, pa.PythonFile(_CopySink(copy), mode="w"), options)


def _index(connection: psycopg.Connection[TupleRow], name: str, key: list[str]) -> None:
    table = sql.Identifier(name)
    connection.execute(sql.SQL("alter table {} add primary key ({})").format(table, _columns(key)))
    connection.execute(sql.SQL("create index on {} (updated_at)").format(table))


def _set_from_excluded(column: str) -> sql.Composed:
    return sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column))


def _columns(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
