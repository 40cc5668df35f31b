"""Rows of a table in PostgreSQL, with columns of its types."""

import json
from decimal import Decimal
from typing import Any

import psycopg
from dlt.sources.sql_database import sql_table
from hypothesis import strategies as st
from psycopg import sql
from psycopg.types.json import Jsonb

from larder.landing import sql_loader
from larder.landing.sql import psycopg_url, readable_types
from tests.unit.fuzz import values
from tests.unit.fuzz.sent import Beyond, Column, Delivery, Digits, Json, Words

# A value as the database takes it, and its meaning.
Pair = tuple[Any, Any]


def _plain(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Pair]:
    return strategy.map(lambda value: (value, value))


def _words(*texts: str) -> st.SearchStrategy[Pair]:
    return st.sampled_from(texts).map(lambda text: (text, Words(text)))


def _beyond(strategy: st.SearchStrategy[Pair], *texts: str) -> st.SearchStrategy[Pair]:
    out = st.sampled_from(texts).map(lambda text: (text, Beyond()))
    return st.one_of(strategy, strategy, strategy, strategy, out)


def _json(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Pair]:
    return strategy.map(lambda value: (Jsonb(value), Json(value)))


# The driver in Python reads other numbers of 32 bits by their shortest digits.
REALS = st.one_of(
    st.integers(-1000, 1000).map(lambda number: number / 8), st.sampled_from(["NaN", "Infinity"]).map(float)
)
MOMENTS = values.moments().map(lambda moment: (moment.isoformat(), moment))
LOCAL = values.moments().map(lambda moment: (moment.replace(tzinfo=None).isoformat(), moment))
BEYOND = ("infinity", "-infinity", "0044-03-15 BC", "12000-01-01")
# jsonb has no zero byte, and its numbers are numeric.
DOCUMENTS = values.objects().filter(lambda value: "\\u0000" not in json.dumps(value))
KINDS: dict[str, st.SearchStrategy[Pair]] = {
    "smallint": _plain(values.integers(-(2**15), 2**15 - 1)),
    "integer": _plain(values.integers(-(2**31), 2**31 - 1)),
    "bigint": _plain(values.integers(-(2**63), 2**63 - 1)),
    "real": _plain(REALS),
    "double precision": _plain(values.floats()),
    "numeric(5, 2)": _plain(values.decimals(5, 2)),
    "numeric(20, 0)": _plain(values.decimals(20, 0)),
    "numeric(38, 10)": _plain(values.decimals(38, 10)),
    "numeric(38, 38)": _plain(values.decimals(38, 38)),
    "numeric(50, 2)": values.decimals(45, 2).map(lambda number: (number, Digits(number))),
    "numeric": values.decimals(20, 5).map(lambda number: (number, Digits(number))),
    "boolean": _plain(st.booleans()),
    "text": _plain(values.texts(has_nul=False)),
    "varchar(40)": _plain(values.texts(has_nul=False)),
    "bytea": _plain(st.binary(max_size=5)),
    "date": _beyond(_plain(values.dates()), *BEYOND),
    "timestamptz": _beyond(MOMENTS, *BEYOND),
    "timestamp": _beyond(LOCAL, *BEYOND),
    "time": _words("00:00:00", "23:59:59.999999", "24:00:00", "09:30:00"),
    "interval": _words("1 day 02:00:00", "-00:00:01", "1 mon", "00:00:00"),
    "uuid": _words("00000000-0000-0000-0000-000000000001"),
    "jsonb": _json(DOCUMENTS),
    "integer[]": st.lists(st.one_of(st.none(), st.integers(-5, 5)), max_size=3).map(lambda v: (v, Json(v))),
    "text[]": st.lists(st.one_of(st.none(), values.texts(has_nul=False)), max_size=3).map(
        lambda v: (v, Json(v))
    ),
}


@st.composite
def columns(draw: st.DrawFn, row_count: int) -> Column:
    """A column in so many rows, null in some."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    value = st.one_of(KINDS[kind], KINDS[kind], KINDS[kind], st.just((None, None)))
    pairs = draw(st.lists(value, min_size=row_count, max_size=row_count))
    if pairs and kind == "numeric(5, 2)" and draw(st.integers(0, 5)) == 0:
        # Not a decimal: the whole column is text.
        pairs = [*(_as_text(given) for given, _ in pairs[:-1]), ("NaN", Digits(float("nan")))]
    return Column(kind, [given for given, _ in pairs], [meaning for _, meaning in pairs])


def resource(url: str, table: str, delivery: Delivery) -> Any:
    """Create the table again with these rows, for dlt's `sql_table`."""
    named: list[sql.Composable] = [sql.SQL("id int primary key")]
    named += [
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(column.kind))
        for name, column in delivery.columns.items()
    ]
    places = sql.SQL(", ").join([sql.SQL("%s")] * len(named))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier(table)))
        connection.execute(
            sql.SQL("create table {} ({})").format(sql.Identifier(table), sql.SQL(", ").join(named))
        )
        for place, key in enumerate(delivery.ids()):
            row = [key, *(column.given[place] for column in delivery.columns.values())]
            connection.execute(
                sql.SQL("insert into {} values ({})").format(sql.Identifier(table), places), row
            )
    sql_loader.install()
    adapter = readable_types if delivery.options["is_adapted"] else None
    backend = delivery.options["backend"]
    return sql_table(psycopg_url(url), table, backend=backend, table_adapter_callback=adapter)


def _as_text(given: Decimal | None) -> Pair:
    return given, None if given is None else Digits(given)
