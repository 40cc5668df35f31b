"""Types and values of PostgreSQL that Arrow, Iceberg or Spark do not have."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.unit.bad_input.case import Accepted, Case, Quarantined, case
from tests.unit.bad_input.postgres import column, database

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
BIG = "123456789012345678901234567890"
SECOND = [(2, "type", "value")]


def accepted(id: str, kind: str, value: str, held: Any, stored: str = "string") -> Case:
    """A value of a type is accepted."""
    return case(id, column(kind, value, "null"), Accepted([held, None], stored))


def set_aside(id: str, kind: str, good: str, bad: str, held: Any, **options: Any) -> Case:
    """A value that Bronze cannot hold is set aside."""
    return case(id, column(kind, good, bad, **options), Quarantined(SECOND, "value", [held]))


CASES = [
    accepted("interval", "interval", "'1 mon 2 days 03:00'", "1 mon 2 days 03:00:00"),
    accepted("time", "time", "'24:00'", "24:00:00"),
    accepted("timetz", "timetz", "'09:30+02'", "09:30:00+02"),
    accepted(
        "uuid", "uuid", "'00000000-0000-0000-0000-00000000000A'", "00000000-0000-0000-0000-00000000000a"
    ),
    accepted("inet", "inet", "'10.0.0.1/8'", "10.0.0.1/8"),
    accepted("money", "money", "-12.5", "-$12.50"),
    accepted("bytea", "bytea", r"'\x00ff'", b"\x00\xff", "binary"),
    accepted("text_array", "text[]", "array['a', null, 'b,\"c']", '["a", null, "b,\\"c"]'),
    accepted("empty_array", "int[]", "'{}'", "[]"),
    accepted("range", "int4range", "'(,5)'", "(,5)"),
    accepted("xml", "xml", "'<a>ä</a>'", "<a>ä</a>"),
    accepted(
        "json_with_a_big_number", "json", f"""'{{"a": {BIG}, "b": 1e400}}'""", f'{{"a": {BIG}, "b": 1e400}}'
    ),
    accepted("jsonb_with_nul_and_twice", "json", """'{"a": 1, "a": 2}'""", '{"a": 1, "a": 2}'),
    accepted("json_null", "jsonb", "'null'", "null"),
    accepted("numeric", "numeric", BIG + ".5", BIG + ".5"),
    accepted("numeric_of_50_digits", "numeric(50, 2)", "1.5", "1.50"),
    accepted("numeric_nan", "numeric", "'NaN'", "NaN"),
    accepted("real_infinity", "real", "'infinity'", float("inf"), "double"),
    accepted("bit", "bit(3)", "B'101'", "101"),
    accepted("smallint", "smallint", "-32768", -32768, "long"),
    accepted("oid", "oid", "4294967295", "4294967295"),
    accepted("timestamp_without_a_zone", "timestamp", "'2017-03-01 12:00'", NOON, "timestamptz"),
    accepted("char_padded", "char(3)", "'ab'", "ab "),
    case(
        "enum",
        database(
            "create type mood as enum ('fine')",
            "create table {table} (id int primary key, value mood)",
            "insert into {table} values (1, 'fine')",
        ),
        Accepted(["fine"], "string"),
    ),
    case(
        "enum_of_a_new_value",
        database(
            "create type colour as enum ('red')",
            "create table {table} (id int primary key, value colour)",
            "insert into {table} values (1, 'red')",
        ),
        Accepted(["red"]),
        database("alter type colour add value 'blue'", "insert into {table} values (2, 'blue')", ids=[2]),
        Accepted(["red", "blue"]),
    ),
    case(
        "composite",
        database(
            "create type spot as (a integer, b text)",
            "create table {table} (id int primary key, value spot)",
            "insert into {table} values (1, row(1, 'x'))",
        ),
        Accepted(['{"a": 1, "b": "x"}']),
    ),
    case(
        "domain",
        database(
            "create domain cents as integer check (value > 0)",
            "create table {table} (id int primary key, value cents)",
            "insert into {table} values (1, 12)",
        ),
        Accepted([12], "long"),
    ),
    set_aside(
        "numeric_nan_among_decimals",
        "numeric(5, 2)",
        "1.5",
        "'NaN'",
        Decimal("1.50"),
        columns={"value": {"data_type": "decimal", "precision": 5, "scale": 2}},
    ),
    set_aside("date_infinity", "date", "'2017-03-01'", "'infinity'", date(2017, 3, 1)),
    set_aside("date_before_christ", "date", "'2017-03-01'", "'0044-03-15 BC'", date(2017, 3, 1)),
    set_aside("date_in_year_12000", "date", "'2017-03-01'", "'12000-01-01'", date(2017, 3, 1)),
    set_aside("timestamp_infinity", "timestamptz", "'2017-03-01 12:00Z'", "'infinity'", NOON),
    set_aside("timestamp_minus_infinity", "timestamp", "'2017-03-01 12:00'", "'-infinity'", NOON),
    case("latin1_database", column("text", "'Müller'", encoding="LATIN1"), Accepted(["Müller"])),
    case("win1252_database", column("text", "'5 €'", encoding="WIN1252"), Accepted(["5 €"])),
    case(
        "ascii_database_with_latin1",
        column("text", "'Müller'", encoding="SQL_ASCII", bytes_of="latin-1"),
        Quarantined([(1, "text", "value")], "value is not valid UTF-8"),
        private=("ller",),
    ),
    case("ascii_database_with_utf8", column("text", "'Müller'", encoding="SQL_ASCII"), Accepted(["Müller"])),
    case(
        "dicts_of_an_ascii_database",
        column("text", "'Müller'", "'Ann'", encoding="SQL_ASCII", bytes_of="latin-1", backend="sqlalchemy"),
        Quarantined([(1, "text", "value")], "value is not valid Unicode", ["Ann"]),
        private=("ller",),
    ),
    case(
        "dicts_with_infinity",
        column("timestamptz", "'2017-03-01 12:00Z'", "'infinity'", backend="sqlalchemy"),
        Quarantined(SECOND, "value", [NOON]),
    ),
]
