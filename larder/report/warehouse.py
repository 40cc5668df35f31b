"""The tables of `ops` and `gold` in DuckDB. Each is read once, with only the columns and rows shown."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.table import Table

from larder.lake.catalog import open_catalog
from larder.ops.dbt_variables import FAILED_STATUSES
from larder.redaction import redact_error
from larder.report.tables import TABLES, Reads

Row = dict[str, Any]

_QUERIES = Path(__file__).parent / "queries"


class NoDataError(Exception):
    """There is nothing to show. The message is a sentence for the reader, shown instead."""


class UnreadableError(NoDataError):
    """There may be data, but it cannot be read."""


class Warehouse:
    """Runs the queries of `report/queries` as of a business date. All times are UTC, without a time zone.

    A context manager: DuckDB's session and its rows last as long as the block.
    """

    def __init__(self, business_date: date) -> None:
        """Open the catalog; nothing is read yet."""
        self.business_date = business_date
        self._catalog = open_catalog()
        self._missing: dict[str, NoDataError | None] = {}
        self._database = duckdb.connect()
        self._database.execute("create schema ops; create schema gold")
        self._database.execute(f"set variable business_date = date '{business_date.isoformat()}'")
        self._database.execute(f"create macro has_failed(status) as status in {FAILED_STATUSES}")

    def __enter__(self) -> Self:
        """The warehouse itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close DuckDB's session."""
        self._database.close()

    def rows(self, query: str) -> list[Row]:
        """The rows of a query, such as "front/incidents" (without `.sql`).

        Raises:
            NoDataError: a table that it reads is missing, or cannot be read.
        """
        statement = (_QUERIES / f"{query}.sql").read_text()
        for table in sorted(set(re.findall(r"\b(?:from|join)\s+((?:ops|gold)\.\w+)", statement))):
            self._ensure(table)
        try:
            answer = self._database.execute(statement)
        except duckdb.Error as error:
            raise UnreadableError(f"This could not be calculated ({query}): {redact_error(error)}") from error
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]

    def some(self, query: str, otherwise: str) -> list[Row]:
        """The rows of a query that must return some.

        Raises:
            NoDataError: it returns none, with the message `otherwise`; or as in `rows`.
        """
        if found := self.rows(query):
            return found
        raise NoDataError(otherwise)

    def _ensure(self, name: str) -> None:
        if name not in self._missing:
            self._missing[name] = None
            try:
                self._read(name)
            except NoDataError as error:
                self._missing[name] = error
        if (missing := self._missing[name]) is not None:
            raise missing

    def _read(self, name: str) -> None:
        reads = TABLES[name]
        try:
            rows = _scan(self._catalog.load_table(name), reads, self.business_date)
        except (NoSuchTableError, NoSuchNamespaceError) as error:
            raise NoDataError(f"No data yet: there is no table {name}.") from error
        except Exception as error:
            # If one table's files are damaged, the rest of the site is still useful.
            raise UnreadableError(f"The table {name} could not be read: {redact_error(error)}") from error
        if absent := [column for column in reads.columns if column not in rows.column_names]:
            raise UnreadableError(f"The table {name} has no column {', '.join(absent)}: rebuild its model.")
        schema, table = name.split(".")
        self._database.from_arrow(rows).create(f"{schema}.{table}")


def _scan(table: Table, reads: Reads, business_date: date) -> pa.Table:
    """The rows of a table that the site shows, with the columns that exist."""
    existing = {field.name for field in table.schema().fields}
    columns = tuple(column for column in reads.columns if column in existing)
    rows: str | BooleanExpression = AlwaysTrue()
    if reads.date_column in existing:
        eve = business_date - timedelta(days=reads.days)
        rows = f"{reads.date_column} > '{eve}' and {reads.date_column} <= '{business_date}'"
    found = table.scan(row_filter=rows, selected_fields=columns).to_arrow()
    return found.cast(pa.schema(field.with_type(_drop_zone(field.type)) for field in found.schema))


def _drop_zone(kind: pa.DataType) -> pa.DataType:
    return pa.timestamp("us") if pa.types.is_timestamp(kind) else kind
