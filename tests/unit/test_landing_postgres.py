"""PostgreSQL's columns arrive as what Bronze holds, whatever their type, encoding and values."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest
from dlt.sources.sql_database import sql_table

from demo.state import Database
from larder.errors import IngestError
from larder.landing import dlt_internals, sql_loader
from larder.landing.errors import in_one_line
from larder.landing.postgres import snapshot
from larder.landing.sql import psycopg_url, readable_types
from tests.unit.bronze_tables import rows
from tests.unit.landing_helpers import land_resources
from tests.unit.postgres_databases import VALUES, create_database, create_things, execute

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
EXPECTED = [value for _, _, value in VALUES]


@pytest.fixture(scope="module")
def things(postgres: Database) -> str:
    """A database with a column of every type."""
    url = create_database(postgres)
    create_things(url)
    return url


def query(url: str, sql: str) -> pa.Table:
    """The rows of a query."""
    with snapshot("loyalty", url) as run:
        return pa.concat_tables(run(sql))


def read_table(url: str, table: str, backend: Any, adapter: Any = None) -> list[Any]:
    """The items of dlt's `sql_table`: rows as dicts, or Arrow tables."""
    sql_loader.install()
    return list(sql_table(psycopg_url(url), table, backend=backend, table_adapter_callback=adapter))


def to_utc(column: Any) -> Any:
    """A column's values; local times are taken as UTC, as in Bronze."""
    return column.cast(pa.timestamp("us", "UTC")) if pa.types.is_timestamp(column.type) else column


def test_a_query_gives_each_type_as_what_bronze_holds(things: str) -> None:
    found = query(things, "select * from things order by id")
    columns = [to_utc(found[f"c{number}"]).to_pylist() for number in range(len(VALUES))]
    assert [full for full, _ in columns] == EXPECTED
    assert {empty for _, empty in columns} == {None}


@pytest.mark.parametrize("adapter", [readable_types, None], ids=["readable types", "as it is"])
def test_a_table_gives_each_type_in_arrow(things: str, adapter: Any) -> None:
    found = pa.concat_tables(read_table(things, "things", "pyarrow", adapter)).sort_by("id")
    columns = [to_utc(found[f"c{number}"]).to_pylist() for number in range(len(VALUES))]
    assert [full for full, _ in columns] == EXPECTED
    assert {empty for _, empty in columns} == {None}


@pytest.mark.parametrize("adapter", [readable_types, None], ids=["readable types", "as it is"])
def test_a_table_gives_each_type_in_dicts(things: str, adapter: Any) -> None:
    full, empty = sorted(read_table(things, "things", "sqlalchemy", adapter), key=lambda row: row["id"])
    found = [full[f"c{number}"] for number in range(len(VALUES))]
    naive = [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in found]
    assert naive == EXPECTED
    assert {empty[f"c{number}"] for number in range(len(VALUES))} == {None}


def test_a_table_with_each_type_lands_once(things: str, home: Path) -> None:
    def load() -> int:
        table = sql_table(
            psycopg_url(things), "things", backend="pyarrow", table_adapter_callback=readable_types
        )
        return land_resources(table).rows["loyalty_things"]

    assert (load(), load()) == (2, 0)
    full, empty = rows("loyalty_things")
    assert [full[f"c{number}"] for number in range(len(VALUES))] == EXPECTED
    assert {empty[f"c{number}"] for number in range(len(VALUES))} == {None}


def test_a_query_that_needs_nothing_is_run_as_it_is(things: str) -> None:
    found = query(things, 'select id, id as id, c0 as "a % and \'b\'", c6 as "QUERY" from things; ')
    assert found.column_names == ["id", "id", "a % and 'b'", "QUERY"]
    assert query(things, "select 1::price as price").to_pylist() == [{"price": Decimal("1.00")}]
    assert query(things, 'select c10 as "QUERY" from things -- all of them').column_names == ["QUERY"]


# Values that Python or Arrow cannot hold

ODD = {
    "date": ["infinity", "-infinity", "0044-03-15 BC", "12000-01-01", "2020-01-02"],
    "timestamp": ["infinity", "-infinity", "0044-03-15 BC", "200000-01-01", "2020-01-02 03:04:05"],
    "timestamptz": ["infinity", "-infinity", "0044-03-15 BC", "294276-12-31", "2020-01-02 03:04:05+00"],
    "numeric(5,2)": ["NaN", "NaN", "NaN", "NaN", "1.50"],
    "numeric": ["NaN", "Infinity", "-Infinity", "NaN", "1.5"],
    "real": ["NaN", "Infinity", "-Infinity", "NaN", "1.5"],
    "time": ["24:00", "24:00", "24:00", "24:00", "09:30"],
    "interval": ["1000000 years", "-1 mon", "1 day", "1 day", "1 day"],
}


@pytest.fixture(scope="module")
def odd(postgres: Database) -> str:
    url = create_database(postgres)
    named = ", ".join(f"c{place} {kind}" for place, kind in enumerate(ODD))
    lines = zip(*ODD.values(), strict=True)
    values = ", ".join(f"({number}, {', '.join(map(repr, line))})" for number, line in enumerate(lines))
    execute(url, f"create table odd (id int primary key, {named})", f"insert into odd values {values}")
    return url


def years(column: Any) -> list[int]:
    """The years of dates or timestamps, as far as they are from 1970 in days or microseconds."""
    is_date = pa.types.is_date(column.type)
    numbers = column.cast(pa.int32() if is_date else pa.int64()).to_pylist()
    return [1970 + round(number / (365.2425 * (1 if is_date else 86_400_000_000))) for number in numbers]


@pytest.mark.parametrize("way", ["query", "pyarrow"])
def test_odd_values_reach_arrow(odd: str, way: str) -> None:
    if way == "query":
        found = query(odd, "select * from odd order by id")
    else:
        found = pa.concat_tables(read_table(odd, "odd", way)).sort_by("id")
    for place in range(3):
        *out, last = years(found[f"c{place}"])
        assert last == 2020
        assert all(not 1 <= year <= 9999 for year in out), out
    assert found["c3"].to_pylist() == ["nan", "nan", "nan", "nan", "1.50"]
    assert found["c4"].to_pylist() == ODD["numeric"]
    assert [str(value) for value in found["c5"].to_pylist()] == ["nan", "inf", "-inf", "nan", "1.5"]
    assert found["c6"].to_pylist() == ["24:00:00"] * 4 + ["09:30:00"]


def test_odd_values_reach_dicts_as_text(odd: str) -> None:
    found = sorted(read_table(odd, "odd", "sqlalchemy"), key=lambda row: int(row["id"]))
    columns = {kind: [row[f"c{place}"] for row in found] for place, kind in enumerate(ODD)}
    assert columns["date"][:4] == ODD["date"][:4]
    assert columns["timestamp"][:3] == ["infinity", "-infinity", "0044-03-15 00:00:00 BC"]
    assert columns["timestamptz"][:2] == ["infinity", "-infinity"]
    assert columns["timestamptz"][4] == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert columns["numeric(5,2)"][:4] == ["NaN"] * 4
    assert columns["numeric"] == ODD["numeric"]
    assert columns["time"][0] == "24:00:00"


# Encodings


@pytest.mark.parametrize("encoding", ["LATIN1", "WIN1252", "UTF8", "EUC_JIS_2004"])
@pytest.mark.parametrize("way", ["query", "pyarrow", "sqlalchemy"])
def test_text_of_every_encoding_arrives(postgres: Database, encoding: str, way: str) -> None:
    url = create_database(postgres, encoding)
    name = "名前" if encoding.startswith("EUC") else "Müller"
    execute(url, "set client_encoding to 'UTF8'")
    statements = [
        'create table people (id int primary key, "Größe" text)',
        f"insert into people values (1, '{name}')",
    ]
    execute(url, ";".join(["set client_encoding to 'UTF8'", *statements]))
    expected = [{"id": 1, "Größe": name}]
    if way == "query":
        assert query(url, "select * from people").to_pylist() == expected
    elif way == "pyarrow":
        assert pa.concat_tables(read_table(url, "people", way)).to_pylist() == expected
    else:
        assert read_table(url, "people", way) == expected


@pytest.fixture(scope="module")
def unknown(postgres: Database) -> str:
    """A database of no encoding, with a name in Latin-1 and one in UTF-8."""
    url = create_database(postgres, "SQL_ASCII")
    execute(url, "create table people (id int primary key, name text)")
    execute(url, "insert into people values (1, 'Müller')", encoding="latin-1")
    execute(url, "insert into people values (2, 'Müller')")
    return url


def test_bytes_of_no_encoding_reach_arrow_as_they_are(unknown: str) -> None:
    for found in (
        query(unknown, "select * from people order by id"),
        pa.concat_tables(read_table(unknown, "people", "pyarrow")).sort_by("id"),
    ):
        assert found["name"].cast(pa.binary()).to_pylist() == [b"M\xfcller", b"M\xc3\xbcller"]
        with pytest.raises(pa.ArrowInvalid):
            found.validate(full=True)


def test_bytes_of_no_encoding_reach_dicts_as_lone_surrogates(unknown: str) -> None:
    found = sorted(read_table(unknown, "people", "sqlalchemy"), key=lambda row: row["id"])
    assert [row["name"] for row in found] == ["M\udcfcller", "Müller"]


# Cursors


@pytest.mark.parametrize("backend", ["pyarrow", "sqlalchemy"])
def test_rows_whose_cursor_is_null_or_odd_are_read(postgres: Database, backend: Any) -> None:
    url = create_database(postgres)
    values = f"(1, '{NOON.isoformat()}'), (2, null), (3, 'infinity'), (4, '2016-01-01Z'), (5, '9999-12-31Z')"
    execute(
        url,
        "create table people (id int primary key, updated_at timestamptz)",
        f"insert into people values {values}",
    )
    sql_loader.install()
    cursor = dlt.sources.incremental[datetime]("updated_at", initial_value=NOON)
    resource = sql_table(psycopg_url(url), "people", backend=backend, incremental=cursor, primary_key="id")
    dlt_internals.detach_incremental(resource)
    found = [item["id"].to_pylist() if isinstance(item, pa.Table) else [item["id"]] for item in resource]
    assert set(chain(*found)) == {1, 2, 3, 5}


def test_a_table_without_its_cursor_is_named(things: str) -> None:
    sql_loader.install()
    cursor = dlt.sources.incremental[datetime]("changed_at")
    resource = sql_table(psycopg_url(things), "things", incremental=cursor)
    with pytest.raises(IngestError, match="loyalty no longer has changed_at"), in_one_line("loyalty"):
        list(resource)
