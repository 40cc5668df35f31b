"""Read the declaration of a dlt resource: table, columns, key, cursor, write disposition."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast

import pyarrow as pa
from dlt.common.schema import TColumnSchema
from dlt.sources import DltResource

from larder.errors import IngestError
from larder.landing import dlt_internals
from larder.landing.contract import ARROW, Columns
from larder.landing.conversion.types import LOCAL_TIMESTAMP, MOST_DIGITS
from larder.landing.hints import COMPARED, LOADED_AFTER, ONLY_NEW_ROWS, RENAMED, KeyComparison
from larder.landing.names import bronze_name, column_name
from larder.landing.repairs.comparison import Comparison

Disposition = Literal["append", "merge", "replace"]
# Rows may arrive later than their cursor value: a till was offline, or a transaction was long.
LAG = timedelta(days=3)


@dataclass(frozen=True)
class Declaration:
    """A resource's contract.

    Attributes:
        source: the source's name.
        resource: the resource's name within the source.
        table: the Bronze table, `<source>_<resource's table>`.
        columns: the declared columns, with Bronze's names and types.
        json_columns: the declared columns that hold JSON text in Bronze.
        optional: columns declared nullable: rows as dicts may lack them.
        renamed: the old names, which Bronze keeps, of columns that the source has renamed.
        key: the primary key's columns.
        cursor: the column that shows what has changed; None if there is none.
        is_text_cursor: whether the source sends cursor values as text, as JSON does.
        is_ordered: whether rows are sorted by the cursor, so that a load may stop after any of them.
        lag: how long before the latest cursor value a load begins.
        disposition: what a load does to existing rows.
        after: the resources that are loaded before this one.
        only_new_rows: whether the resource yields only rows that Bronze does not have.
        compared: how its keys are compared with Bronze's; None if they are not.
        where: the resource's name in errors.
    """

    source: str
    resource: str
    table: str
    columns: Columns
    json_columns: frozenset[str]
    optional: tuple[str, ...]
    renamed: dict[str, str]
    key: tuple[str, ...]
    cursor: str | None
    is_text_cursor: bool
    is_ordered: bool
    lag: timedelta
    disposition: Disposition
    after: tuple[str, ...]
    only_new_rows: bool
    compared: Comparison | KeyComparison | None
    where: str


def read_declaration(source: str, resource: DltResource) -> Declaration:
    """Read what a resource of a source declares.

    Raises:
        IngestError: it declares something that Bronze does not support; the message says what to declare.
    """
    label = f"{source}.{resource.name}"
    table = _table_name(label, resource)
    schema = resource.compute_table_schema()
    columns: dict[str, TColumnSchema] = schema.get("columns") or {}
    hints = cast("dict[str, Any]", schema)
    renamed: dict[str, str] = hints.get(RENAMED, {})
    names = {name: column_name(renamed.get(name, name)) for name in columns}
    key = tuple(names[name] for name, column in columns.items() if column.get("primary_key"))
    incremental = dlt_internals.find_incremental(resource)
    cursor_path = incremental.cursor_path if incremental else None
    path = dlt_internals.explicit_args(resource).get("path")
    declared = Declaration(
        source=source,
        resource=resource.name,
        table=f"{source}_{bronze_name(table)}",
        columns={
            names[name]: _arrow_type(label, column)
            for name, column in columns.items()
            if column.get("data_type")
        },
        json_columns=frozenset(
            names[name] for name, column in columns.items() if column.get("data_type") == "json"
        ),
        optional=tuple(names[name] for name, column in columns.items() if column.get("nullable")),
        renamed=renamed,
        key=key,
        cursor=column_name(renamed.get(cursor_path, cursor_path)) if cursor_path else None,
        is_text_cursor=bool(incremental) and _is_text(incremental, resource),
        is_ordered=bool(incremental and incremental.row_order == "asc"),
        lag=timedelta(seconds=incremental.lag) if incremental and incremental.lag else LAG,
        disposition=_disposition(label, hints),
        after=tuple(hints.get(LOADED_AFTER, ())),
        only_new_rows=bool(hints.get(ONLY_NEW_ROWS)),
        compared=hints.get(COMPARED),
        where=f"{source}_{bronze_name(table)}" + (f" ({path})" if path else ""),
    )
    _check_supported(label, declared, hints)
    return declared


def _table_name(label: str, resource: DltResource) -> str:
    table = resource.table_name
    if not isinstance(table, str):
        raise IngestError(f"{label}: its table's name depends on the row. Declare one resource per table.")
    return table


def _arrow_type(label: str, column: TColumnSchema) -> pa.DataType:
    kind = str(column["data_type"])
    if kind in ("decimal", "wei"):
        scale = 0 if kind == "wei" else column.get("scale") or 0
        precision = column.get("precision")
        if not 0 <= scale <= (precision or MOST_DIGITS) <= MOST_DIGITS:
            raise IngestError(
                f"{label}: the decimal {column.get('name')} has {precision} digits, {scale} of them after "
                f"the point. Declare at most {MOST_DIGITS}, or text."
            )
        return pa.decimal128(precision or MOST_DIGITS, scale if precision else 9)
    if kind == "timestamp" and column.get("timezone") is False:
        return LOCAL_TIMESTAMP
    return ARROW[kind]


def _is_text(incremental: Any, resource: DltResource) -> bool:
    """Whether cursor values are text: declared as such, or from a REST API, since JSON has times as text."""
    kind = incremental.get_incremental_value_type()
    if kind is not Any:
        return bool(kind is str)
    return "incremental_object" in dlt_internals.explicit_args(resource)


def _disposition(label: str, hints: dict[str, Any]) -> Disposition:
    declared = hints.get("write_disposition")
    found = declared.get("disposition") if isinstance(declared, dict) else declared
    strategy = declared.get("strategy") if isinstance(declared, dict) else None
    strategy = strategy or hints.get("x-merge-strategy")
    if found == "merge" and strategy not in (None, "delete-insert", "upsert"):
        raise IngestError(
            f"{label}: Bronze does not support the merge strategy {strategy}. Use delete-insert or upsert; "
            f"for history, use append, or a dbt snapshot."
        )
    if found not in ("append", "merge", "replace"):
        raise IngestError(f"{label}: the write disposition {found} is unknown. Use append, merge or replace.")
    return cast("Disposition", found)


def _check_supported(label: str, declared: Declaration, hints: dict[str, Any]) -> None:
    """Reject declarations that would load wrong data.

    Raises:
        IngestError: as in `read_declaration`.
    """
    columns: dict[str, dict[str, Any]] = hints.get("columns") or {}
    hard_deletes = [name for name, column in columns.items() if column.get("hard_delete")]
    if hard_deletes:
        raise IngestError(
            f"{label}: the hint hard_delete of {', '.join(hard_deletes)} has no effect in Bronze. Remove it; "
            f"let the staging model filter by that column."
        )
    if declared.compared and not declared.key:
        raise IngestError(f"{label}: rows without a key cannot be compared. Declare primary_key.")
    if isinstance(declared.compared, KeyComparison) and declared.only_new_rows:
        raise IngestError(
            f"{label}: compare_keys would take the rows that only_new_rows leaves out for deleted. Remove "
            f"one of the two hints."
        )
    if declared.disposition == "merge" and not declared.key:
        raise IngestError(f"{label}: merge needs a primary key. Declare primary_key, or use replace.")
    if declared.disposition == "append" and not (declared.key or declared.only_new_rows):
        raise IngestError(
            f"{label}: append without a primary key would add the same rows again in each run. Declare "
            f"primary_key, or use replace."
        )
