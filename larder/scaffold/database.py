"""What a PostgreSQL database says of its tables: columns, types, keys, comments, and what may be a cursor."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dlt.sources.sql_database.schema_types import sqla_col_to_column_schema
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from larder.errors import LarderError
from larder.landing.sql import AsJsonText, AsText, psycopg_url, readable_types
from larder.redaction import redact_error
from larder.scaffold.choices import Choices, check_cursor, find_cursor
from larder.scaffold.described import Column, NewSource, Table

SECONDS = 10
DEFAULT_SCHEMA = "public"
# Ordinary and partitioned tables; by name also views and foreign tables.
TABLES = """
    select relation.relname, relation.relkind in ('r', 'p', 'f') and not relation.relispartition as is_table,
        has_table_privilege(relation.oid, 'select') as is_readable
    from pg_class as relation inner join pg_namespace as namespace on namespace.oid = relation.relnamespace
    where namespace.nspname = :schema and relation.relkind in ('r', 'p', 'f', 'v', 'm')
    order by relation.relname
"""


def describe_database(name: str, credentials: str, wanted: list[str], choices: Choices) -> NewSource:
    """Ask a database for its tables.

    Args:
        name: the new source.
        credentials: postgresql://user:password@host:port/database.
        wanted: tables, `schema.table` or `table`; `schema.*` for all of a schema that may be read, none for
            all of `public`.
        choices: what the user says of keys and cursors.

    Raises:
        LarderError: in one line without the password, why that cannot be a source.
    """
    with _connected(name, credentials) as connection:
        schema, tables = _choose(name, connection, wanted)
        inspector = sa.inspect(connection)
        described = [_describe(inspector, table, schema, choices) for table in tables]
    return NewSource(name, tuple(described), {"credentials": credentials}, {"schema": schema})


@contextmanager
def _connected(name: str, credentials: str) -> Iterator[sa.Connection]:
    try:
        if make_url(credentials).get_backend_name() not in ("postgresql", "postgres"):
            raise ArgumentError
        engine = sa.create_engine(psycopg_url(credentials), connect_args={"connect_timeout": SECONDS})
    except (ArgumentError, ValueError):
        raise LarderError(
            f"{name}: --database is not a URL such as postgresql://user:password@host:5432/database, with "
            f"%40 %3A %2F %25 for @ : / % in the password. Write it so."
        ) from None
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        raise LarderError(
            f"{name}: the database does not let us in or does not answer: "
            f"{redact_error(error.orig or error)}. See that it is up and that --database is right."
        ) from error
    except SQLAlchemyError as error:
        raise LarderError(f"{name}: the database cannot be described: {redact_error(error)}.") from error
    finally:
        engine.dispose()


def _choose(name: str, connection: sa.Connection, wanted: list[str]) -> tuple[str, list[str]]:
    """The schema, and the tables' names in it."""
    parts = [one.rpartition(".") for one in wanted]
    schemas = {schema or DEFAULT_SCHEMA for schema, _, _ in parts} or {DEFAULT_SCHEMA}
    if len(schemas) > 1:
        raise LarderError(
            f"{name}: --table names tables of the schemas {', '.join(sorted(schemas))}. Name those of one; "
            f"those of another are a source of their own."
        )
    (schema,) = schemas
    found = {row.relname: row for row in connection.execute(sa.text(TABLES), {"schema": schema})}
    readable = [table for table, row in found.items() if row.is_table and row.is_readable]
    given = [table for _, _, table in parts] or ["*"]
    names = readable if given == ["*"] else given
    if not names:
        raise LarderError(
            f"{name}: the schema {schema} has no table that the role may read. Name one: --table."
        )
    for table in names:
        if table not in found:
            there = ", ".join(readable) or "none that the role may read"
            raise LarderError(f"{name}: there is no table {schema}.{table}. Those of the schema: {there}.")
        if not found[table].is_readable:
            raise LarderError(
                f"{name}: the role may not read {schema}.{table}. Grant it select, or leave it out."
            )
    return schema, list(dict.fromkeys(names))


def _describe(inspector: sa.Inspector, name: str, schema: str, choices: Choices) -> Table:
    table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=inspector.engine, resolve_fks=False)
    own_types = {str(column.name): str(column.type) for column in table.columns}
    readable_types(table)
    columns = tuple(_column(column, own_types[str(column.name)]) for column in table.columns)
    names = [column.name for column in columns]
    key = (
        choices.key(name, names) or tuple(str(c.name) for c in table.primary_key) or _unique(inspector, table)
    )
    kinds = {column.name: column.kind for column in columns}
    cursor = choices.cursor(name, names)
    if cursor:
        check_cursor(choices.source, name, cursor, kinds[cursor])
        _refuse_nulls(choices.source, inspector, table, cursor)
    cursor = cursor or find_cursor({name: kinds[name] for name in names if not table.c[name].nullable})
    return Table(name, columns, key, cursor if key else None, table.comment or "")


def _column(column: sa.Column[Any], own_type: str) -> Column:
    hint: Mapping[str, Any] = sqla_col_to_column_schema(column, "full") or {}
    note = ""
    match column.type:
        case AsJsonText():
            kind, note = "text", "JSON text"
        case AsText() if own_type == "NULL":  # what SQLAlchemy does not know
            kind, note = "text", "Text, as the database writes it"
        case AsText():
            kind, note = "text", f"Text, of the database's type {own_type.lower()}"
        case sa.Float():
            kind = "double"
        case sa.Numeric():
            kind = f"decimal_{column.type.precision}_{column.type.scale or 0}"
        case sa.DateTime(timezone=False):
            kind, note = "local_timestamp", "The source has no time zone for it: taken as UTC"
        case _:
            kind = str(hint["data_type"])
    return Column(str(column.name), kind, column.comment or "", note=note)


def _unique(inspector: sa.Inspector, table: sa.Table) -> tuple[str, ...]:
    """The columns of a unique constraint none of which may be null: as good as a primary key."""
    for constraint in inspector.get_unique_constraints(table.name, schema=table.schema):
        columns = constraint["column_names"]
        if all(not table.c[column].nullable for column in columns if column):
            return tuple(str(column) for column in columns if column)
    return ()


def _refuse_nulls(source: str, inspector: sa.Inspector, table: sa.Table, cursor: str) -> None:
    with inspector.engine.connect() as connection:
        query = sa.select(sa.func.count()).select_from(table).where(table.c[cursor].is_(None))
        if count := connection.execute(query).scalar():
            raise LarderError(
                f"{source}.{table.name}: {cursor} is null in {count} rows, which would not be loaded. "
                f"Name another, or leave --cursor out: whole rows are compared then."
            )
