"""Databases of a test's own, with columns of every type of PostgreSQL."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import psycopg
from psycopg import sql

from demo.postgres_server import ADMIN
from demo.state import Database

_numbers = count(1)

# Type, value in SQL, what Bronze holds.
VALUES: list[tuple[str, str, Any]] = [
    ("smallint", "7", 7),
    ("numeric(12, 2)", "12.5", Decimal("12.50")),
    ("numeric", "0.12345678901234567890", "0.12345678901234567890"),
    ("numeric(50, 2)", "1.5", "1.50"),
    ("numeric(3, -2)", "1234", "1200"),
    ("double precision", "0.1", 0.1),
    ("real", "2.5", 2.5),
    ("boolean", "true", True),
    ("date", "'2020-01-02'", date(2020, 1, 2)),
    ("timestamptz", "'2020-01-02 03:04:05+02'", datetime(2020, 1, 2, 1, 4, 5, tzinfo=UTC)),
    ("timestamp", "'2020-01-02 03:04:05'", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
    ("time", "'09:30'", "09:30:00"),
    ("timetz", "'09:30+02'", "09:30:00+02"),
    ("interval", "'1 day 2 hours'", "1 day 02:00:00"),
    ("bytea", r"'\xff00'", b"\xff\x00"),
    ("json", """'{"a":1.10}'""", '{"a":1.10}'),
    ("jsonb", """'{"a": [1, "ä"]}'""", '{"a": [1, "ä"]}'),
    ("text[]", "array['a', null, 'b c']", '["a", null, "b c"]'),
    ("uuid", "'00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001"),
    ("inet", "'10.0.0.1/8'", "10.0.0.1/8"),
    ("mood", "'fine'", "fine"),
    ("cents", "12", 12),
    ("money", "12.5", "$12.50"),
    ("int4range", "'[1,3)'", "[1,3)"),
    ("xml", "'<a/>'", "<a/>"),
    ("bit(3)", "b'101'", "101"),
    ("char(3)", "'ab'", "ab "),
    ("cidr", "'10.0.0.0/8'", "10.0.0.0/8"),
    ("macaddr", "'08:00:2b:01:02:03'", "08:00:2b:01:02:03"),
    ("oid", "4294967295", "4294967295"),
    ('"char"', "'x'", "x"),
    ("name", "'n'", "n"),
    ("point", "'(1,2)'", "(1,2)"),
    ("tsvector", "'a b'", "'a' 'b'"),
    ("jsonpath", "'$.a'", '$."a"'),
    ("pair", "row(1, 'x')", '{"a": 1, "b": "x"}'),
    ("pair[]", "array[row(1, null)::pair]", '[{"a": 1, "b": null}]'),
    ("int[]", "'{{1,2},{3,4}}'", "[[1, 2], [3, 4]]"),
    ("mood[]", "'{fine}'", '["fine"]'),
    ("int4multirange", "'{[1,3)}'", "{[1,3)}"),
    ("tstzrange", "'[2020-01-01 00:00+00,infinity)'", '["2020-01-01 00:00:00+00",infinity)'),
    ("time", "'24:00'", "24:00:00"),
]

TYPES = """
    create type mood as enum ('fine');
    create type pair as (a integer, b text);
    create domain cents as integer check (value > 0);
    create domain price as numeric(10, 2);
"""


def create_database(server: Database, encoding: str = "UTF8") -> str:
    """Create an empty database; returns its URL."""
    name = f"database_{next(_numbers)}"
    with psycopg.connect(server.url(ADMIN, server.admin_password, "postgres"), autocommit=True) as admin:
        admin.execute(
            sql.SQL(
                "create database {} encoding {} lc_collate 'C' lc_ctype 'C' template template0 "
                "strategy file_copy"
            ).format(sql.Identifier(name), sql.Literal(encoding))
        )
    return server.url(ADMIN, server.admin_password, name)


def execute(url: str, *statements: str, encoding: str = "utf8") -> None:
    """Run statements; if they are not sent as UTF-8, the database takes their bytes as they are."""
    client = "utf8" if encoding == "utf8" else "sqlascii"
    with psycopg.connect(url, autocommit=True, client_encoding=client) as connection:
        for statement in statements:
            connection.execute(statement.encode(encoding))


def create_things(url: str) -> None:
    """Create the table `things`, with a column of each type: one row with values, and one without."""
    named = ", ".join(f"c{number} {kind}" for number, (kind, _, _) in enumerate(VALUES))
    given = ", ".join(value for _, value, _ in VALUES)
    execute(
        url,
        TYPES,
        f"create table things (id int primary key, {named})",
        f"insert into things values (1, {given})",
        "insert into things (id) values (2)",
    )
