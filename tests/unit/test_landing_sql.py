"""PostgreSQL's types that Spark does not have land as text, the others as what they are."""

from datetime import UTC, date, datetime
from decimal import Decimal

import dlt
import psycopg
import pytest
from dlt.sources.sql_database import sql_table
from sqlalchemy.exc import NoSuchTableError

from demo.postgres_server import ADMIN
from demo.state import Database
from larder.errors import SourceChanged
from larder.landing.columns import columns
from larder.landing.errors import in_one_line
from larder.landing.sql import psycopg_url, readable_types
from tests.unit.bronze_tables import rows
from tests.unit.landing_helpers import land_resources

# Type, value in SQL, what Bronze holds.
VALUES = [
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
]


def test_each_type_lands_as_what_spark_can_read(postgres: Database, home: object) -> None:
    name = "types_of_postgres"
    with psycopg.connect(postgres.url(ADMIN, postgres.admin_password, "postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name}")
    url = postgres.url(ADMIN, postgres.admin_password, name)
    named = ", ".join(f"c{number} {kind}" for number, (kind, _, _) in enumerate(VALUES))
    given = ", ".join(value for _, value, _ in VALUES)
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(
            "create type mood as enum ('fine'); create domain cents as integer check (value > 0)"
        )
        database.execute(f"create table things (id int primary key, {named})".encode())
        database.execute(f"insert into things values (1, {given})".encode())
        database.execute("insert into things (id) values (2)")

    def load() -> int:
        table = sql_table(
            psycopg_url(url), "things", backend="pyarrow", table_adapter_callback=readable_types
        )
        return land_resources(table).rows["loyalty_things"]

    assert (load(), load()) == (2, 0)
    full, empty = rows("loyalty_things")
    assert [full[f"c{number}"] for number in range(len(VALUES))] == [value for _, _, value in VALUES]
    assert {empty[f"c{number}"] for number in range(len(VALUES))} == {None}


def test_a_vanished_table_is_named() -> None:
    message = "loyalty database no longer has the table members; bring it back"
    with pytest.raises(SourceChanged, match=message), in_one_line("loyalty"):
        raise NoSuchTableError("members")


def test_a_connection_string_names_the_driver_that_is_installed() -> None:
    assert psycopg_url("postgresql://me:p%40ss@db:5432/shop") == "postgresql+psycopg://me:p%40ss@db:5432/shop"


def test_columns_know_decimals_times_without_a_zone_and_what_may_be_missing() -> None:
    assert columns(
        decimal_12_2=["price"], local_timestamp=["at"], bool=["new"], optional=columns(text=["phone"])
    ) == {
        "price": {"data_type": "decimal", "precision": 12, "scale": 2},
        "at": {"data_type": "timestamp", "timezone": False},
        "new": {"data_type": "bool"},
        "phone": {"data_type": "text", "nullable": True},
    }


@pytest.mark.parametrize(
    "people", [[{"id": 1, "phone": "7"}, {"id": 2}], [{"id": 1}, {"id": 2}]], ids=["one lacks it", "all do"]
)
def test_an_optional_field_may_be_missing(home: object, people: list[dict[str, object]]) -> None:
    hints = columns(bigint=["id"], optional=columns(text=["phone"]))

    def load() -> int:
        people_again = dlt.resource(people, name="people", primary_key="id", columns=hints)
        return land_resources(people_again).rows["loyalty_people"]

    assert (load(), load()) == (2, 0)
    assert [row["phone"] for row in rows("loyalty_people")] == [one.get("phone") for one in people]
