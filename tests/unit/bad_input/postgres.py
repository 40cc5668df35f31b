"""Deliveries of a PostgreSQL table, read by dlt's `sql_table` as `larder source new` writes it."""

from typing import Any

from dlt.sources.sql_database import sql_table

from larder.landing.sql import psycopg_url, readable_types
from tests.unit.bad_input.case import Delivery, Place
from tests.unit.bad_input.deliveries import new_records
from tests.unit.postgres_databases import execute

UTF8 = "UTF8"


def database(
    *statements: str,
    ids: Any = (1,),
    encoding: str = UTF8,
    bytes_of: str = "utf8",
    table: str = "",
    role: str = "",
    backend: Any = "pyarrow",
    columns: Any = None,
    **options: Any,
) -> Delivery:
    """A table after some statements.

    Args:
        statements: SQL, in which `{table}` stands for the table.
        ids: the ids of the rows that are new.
        encoding: the database's encoding.
        bytes_of: the encoding in which statements are sent.
        table: the table's name, if it is not that of the case.
        role: the role that reads, if it is not the owner.
        backend: that of `sql_table`.
        columns: the contract.
        options: further ones of `sql_table`.
    """

    def prepare(place: Place) -> None:
        made = [one.replace("{table}", place.table) for one in statements]
        execute(place.database(encoding), *made, encoding=bytes_of)

    def resource(place: Place) -> Any:
        url = place.database(encoding)
        if role:
            url = f"postgresql://{role}:{role}@{url.partition('@')[2]}"
        made = {name: value() if callable(value) else value for name, value in options.items()}
        read = sql_table(
            psycopg_url(url),
            table or place.table,
            backend=backend,
            table_adapter_callback=readable_types,
            **made,
        )
        read.apply_hints(primary_key="id", table_name=place.table, columns=columns)
        return read

    return Delivery(resource, new_records(ids), prepare)


def column(kind: str, *values: str, **options: Any) -> Delivery:
    """A table with a column `value` of a type, and rows 1, 2, … with values in SQL."""
    rows = ", ".join(f"({number}, {value})" for number, value in enumerate(values, 1))
    return database(
        f"create table {{table}} (id int primary key, value {kind})",
        f"insert into {{table}} values {rows}",
        ids=range(1, len(values) + 1),
        **options,
    )
