"""PostgreSQL tables whose names are odd, and which change between loads."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import dlt

from tests.unit.bad_input.case import Accepted, Refused, case
from tests.unit.bad_input.postgres import column, database

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
CREATE = "create table {table} (id int primary key, value text)"
ANN = "insert into {table} values (1, 'Ann')"
ONE: Any = (database(CREATE, ANN), Accepted(["Ann"]))
GONE = "bring it back"
DECLARED = {"value": {"data_type": "text"}}
PRIVATE = ("Ann", "Bob")


def cursor() -> Any:
    """A cursor of times."""
    return dlt.sources.incremental[datetime]("changed")


CASES = [
    case(
        "table_dropped",
        *ONE,
        database("drop table {table}", ids=[]),
        Refused("no longer has the table", GONE),
        private=PRIVATE,
        names_table=False,
    ),
    case(
        "table_renamed",
        *ONE,
        database("alter table {table} rename to {table}_old", ids=[]),
        Refused("no longer has the table", GONE),
        private=PRIVATE,
        names_table=False,
    ),
    case(
        "column_dropped",
        *ONE,
        database("alter table {table} drop value", "insert into {table} values (2)", ids=["2"]),
        Accepted(["Ann", None]),
    ),
    case(
        "column_of_the_contract_dropped",
        database(CREATE, ANN, columns=DECLARED),
        Accepted(["Ann"]),
        database("alter table {table} drop value", ids=[], columns=DECLARED),
        Refused("no longer has value", GONE),
        private=PRIVATE,
    ),
    case(
        "column_renamed",
        *ONE,
        database(
            "alter table {table} rename value to name", "insert into {table} values (2, 'Bob')", ids=[1, 2]
        ),
        Accepted(["Ann", None, None]),
    ),
    case(
        "key_renamed",
        *ONE,
        database("alter table {table} rename id to number", ids=[]),
        Refused("no longer has id", GONE),
        private=PRIVATE,
    ),
    case(
        "cursor_renamed",
        database(
            "create table {table} (id int primary key, changed timestamptz)",
            "insert into {table} values (1, '2017-03-01Z')",
            incremental=cursor,
        ),
        Accepted([1], column="id"),
        database("alter table {table} rename changed to updated", ids=[], incremental=cursor),
        Refused("no longer has changed", GONE),
    ),
    case(
        "number_altered_to_text",
        column("int", "7"),
        Accepted([7], "long"),
        database("alter table {table} alter value type text", "insert into {table} values (2, 'x')", ids=[]),
        Refused("value is string now, but int64 in Bronze", "Change it back"),
    ),
    case(
        "number_altered_to_bigint",
        column("int", "7"),
        Accepted([7], "long"),
        database(
            "alter table {table} alter value type bigint",
            "insert into {table} values (2, 9223372036854775807)",
            ids=[2],
        ),
        Accepted([7, 2**63 - 1], "long"),
    ),
    case(
        "number_altered_to_numeric",
        column("int", "7"),
        Accepted([7], "long"),
        database(
            "alter table {table} alter value type numeric(12, 2)",
            "insert into {table} values (2, 0.5)",
            ids=[2],
        ),
        Accepted([Decimal("7.00"), Decimal("0.50")], "decimal(21, 2)"),
    ),
    case(
        "column_added",
        *ONE,
        database("alter table {table} add extra int", "insert into {table} values (2, 'Bob', 7)", ids=[2]),
        Accepted([None, 7], "long", "extra"),
    ),
    case("empty_table_then_rows", database(CREATE, ids=[]), Accepted([]), database(ANN), Accepted(["Ann"])),
]
