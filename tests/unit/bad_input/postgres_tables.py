"""PostgreSQL tables and views: odd names, generated columns, rights, cursors."""

from datetime import UTC, datetime
from typing import Any

import dlt

from tests.unit.bad_input.case import Accepted, Quarantined, Refused, case
from tests.unit.bad_input.postgres import column, database

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
CREATE = "create table {table} (id int primary key, value text)"
ANN = "insert into {table} values (1, 'Ann')"
PRIVATE = ("Ann", "Bob")


def cursor() -> Any:
    """A cursor of times."""
    return dlt.sources.incremental[datetime]("changed")


CASES = [
    case(
        "permission_denied",
        database(
            "create role stranger login password 'stranger'",
            CREATE,
            ANN,
            ids=[],
            role="stranger",
        ),
        Refused("permission denied", "grant it"),
        private=PRIVATE,
    ),
    case(
        "mixed_case",
        database(
            'create table "MixedCase" (id int primary key, "Value" text)',
            """insert into "MixedCase" values (1, 'Ann')""",
            table="MixedCase",
        ),
        Accepted(["Ann"]),
    ),
    case(
        "quoted_names",
        database(
            'create table "a ""b"" %s;" (id int primary key, "va lue%" text)',
            """insert into "a ""b"" %s;" values (1, 'Ann')""",
            table='a "b" %s;',
        ),
        Accepted(["Ann"], column="va_luex"),
    ),
    case(
        "keyword_as_name",
        database(
            'create table "order" (id int primary key, "select" text)',
            """insert into "order" values (1, 'Ann')""",
            table="order",
        ),
        Accepted(["Ann"], column="select"),
    ),
    case("view", database("create view {table} as select 1 as id, 'Ann'::text as value"), Accepted(["Ann"])),
    case(
        "materialized_view",
        database("create materialized view {table} as select 1 as id, 'Ann'::text as value"),
        Accepted(["Ann"]),
    ),
    case(
        "view_of_a_fault",
        database(
            "create view {table} as select id, 1 / (id - 1) as value from (values (1)) as v (id)", ids=[]
        ),
        Refused("division by zero"),
    ),
    case(
        "generated_column",
        database(
            "create table {table} (id int, value text generated always as ('n' || chr(64 + id)) stored)",
            "insert into {table} values (1)",
        ),
        Accepted(["nA"]),
    ),
    case(
        "own_column_loaded_at",
        database("create table {table} (id int primary key, _loaded_at text)", ANN),
        Accepted(["Ann"], column="source_loaded_at"),
    ),
    case(
        "null_and_future_cursors",
        database(
            "create table {table} (id int primary key, changed timestamptz)",
            "insert into {table} values (1, '2017-03-01 12:00Z'), (2, null)",
            "insert into {table} values (3, 'infinity'), (4, '2099-01-01Z')",
            ids=[1, 2, 3, 4],
            incremental=cursor,
        ),
        Quarantined(
            [(2, "cursor", "changed"), (3, "type", "changed"), (4, "cursor", "changed")],
            "changed",
            [NOON],
            column="changed",
        ),
    ),
    case(
        "nul_in_json_of_dicts",
        column("json", """'{"a": "\\u0000"}'""", backend="sqlalchemy"),
        Accepted(['{"a": "\\u0000"}']),
    ),
]
