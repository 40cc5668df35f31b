"""A shop database of a test's own, with the demo's tables and the few rows that the test inserts."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

import demo
from demo.postgres_server import ADMIN
from demo.state import Database

TABLES = Path(demo.__file__).with_name("shop.sql")
NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)

_numbers = count(1)


def create_reader(server: Database) -> None:
    """Create the read-only role of a new server, which `ShopDatabase` grants the tables to."""
    with psycopg.connect(server.url(ADMIN, server.admin_password, "postgres"), autocommit=True) as admin:
        role = sql.SQL("create role ingest login password {}")
        admin.execute(role.format(sql.Literal(server.ingest_password)))


class ShopDatabase:
    """Writes as the shop's own programs do; `credentials` are those of the read-only role."""

    def __init__(self, server: Database) -> None:
        name = f"shop_{next(_numbers)}"
        with psycopg.connect(server.url(ADMIN, server.admin_password, "postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("create database {} strategy file_copy").format(sql.Identifier(name)))
        self._url = server.url(ADMIN, server.admin_password, name)
        self.credentials = server.url("ingest", server.ingest_password, name)
        with psycopg.connect(self._url) as connection:
            connection.execute(TABLES.read_bytes())

    def execute(self, statement: LiteralString, *parameters: Any) -> None:
        """Run and commit a statement."""
        with psycopg.connect(self._url) as connection:
            connection.execute(statement, parameters)

    def query(self, statement: LiteralString) -> list[dict[str, Any]]:
        """The rows of a query."""
        with psycopg.connect(self._url, row_factory=dict_row) as connection:
            return connection.execute(statement).fetchall()

    def add_store(self, store_id: int, updated_at: datetime = NOON, name: str = "Main street") -> None:
        """Insert one store, last changed at the given time."""
        self.execute("insert into stores values (%s, %s, %s)", store_id, name, updated_at)

    def add_stores(self, number: int, updated_at: datetime = NOON) -> None:
        """Insert stores 1, 2, …, each changed one second after the one before."""
        self.execute(
            "insert into stores select n, 'Store ' || n, %s + n * interval '1 second'"
            " from generate_series(1, %s) as n",
            updated_at,
            number,
        )

    def add_basket(self, basket_id: int, cents: int, rung_up_at: datetime = NOON) -> None:
        """Insert a completed basket with one line."""
        booked_at = rung_up_at + timedelta(seconds=5)
        self.execute(
            "insert into baskets values (%s, 1, 1, %s, 'completed', %s)", basket_id, rung_up_at, booked_at
        )
        self.execute(
            "insert into basket_lines values (%s, 7, 1, %s, 0, 0, 0, %s)", basket_id, cents, booked_at
        )
