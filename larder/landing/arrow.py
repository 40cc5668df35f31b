"""Convert what a dlt resource yields to Arrow tables: dicts, Arrow data and data frames.

Columns get Bronze's names. Values without a type in Bronze, such as JSON objects, become JSON text.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from larder.errors import IngestError, SourceChanged
from larder.landing import contract, dlt_internals
from larder.landing.contract import REMEDY, Columns
from larder.redaction import redact_error

ROWS_PER_TABLE = 5000
# The columns that Bronze adds to each row.
RESERVED = ("_loaded_at", "_business_date", "_dlt_load_id", "_dlt_id")

Row = dict[str, Any]


def to_tables(
    items: Iterable[Any], columns: Columns, where: str, json_columns: frozenset[str] = frozenset()
) -> Iterator[pa.Table]:
    """Yield a resource's items as tables. Dicts become one table, so that a new field has one type.

    Args:
        items: dicts, Arrow tables or record batches, or data frames of pandas or Polars.
        columns: the contract, which gives the types of dicts' values.
        where: the resource's name in errors.
        json_columns: columns of the contract that hold JSON text.

    Raises:
        SourceChanged: a dict lacks a column of the contract, or has a value of another type.
        IngestError: items are of another kind, or two of their names are the same in Bronze.
    """
    iterator = iter(items)
    first = next(iterator, None)
    if first is None:
        return
    everything = chain([first], iterator)
    if isinstance(first, dict):
        yield from _rows_to_table(everything, columns, where, json_columns)
    else:
        yield from (_to_table(item, where) for item in everything)


def _to_table(item: Any, where: str) -> pa.Table:
    match item:
        case pa.Table():
            table = item
        case pa.RecordBatch():
            table = pa.Table.from_batches([item])
        case _ if hasattr(item, "__arrow_c_stream__"):  # data frames of pandas and Polars
            table = pa.table(item)
        case _:
            raise IngestError(
                f"{where}: the resource yields {type(item).__name__}. "
                f"Yield dicts, Arrow tables or data frames."
            )
    return table.rename_columns(_names(table.column_names, where))


def _rows_to_table(
    rows: Iterator[Row], columns: Columns, where: str, json_columns: frozenset[str]
) -> Iterator[pa.Table]:
    tables = []
    try:
        while chunk := list(islice(rows, ROWS_PER_TABLE)):
            tables.append(_chunk_to_table(chunk, columns, where, json_columns))
        # A new field may be missing or null in some chunks; their rows get null.
        table = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError) as error:
        raise SourceChanged(
            f"{where} sends a value of another type ({redact_error(error)}); {REMEDY}"
        ) from error
    yield _drop_untyped(table, columns)


def _chunk_to_table(rows: list[Row], columns: Columns, where: str, json_columns: frozenset[str]) -> pa.Table:
    fields = list(dict.fromkeys(name for row in rows for name in row))
    names = dict(zip(fields, _names(fields, where), strict=True))
    given = {name: field for field, name in names.items()}
    missing = [name for name in columns if name not in given or any(given[name] not in row for row in rows)]
    if missing:
        raise SourceChanged(f"{where} no longer sends {', '.join(missing)}; {REMEDY}")
    arrays = [
        _to_array([row.get(field) for row in rows], name in columns, name in json_columns)
        for field, name in names.items()
    ]
    table = pa.table(dict(zip(names.values(), arrays, strict=True)))
    contract.check(_to_json_types(columns, table), table.schema, where)
    return contract.cast(columns, table)


def _to_array(values: list[Any], is_declared: bool, is_json: bool) -> Any:
    """A column's values as an array; undeclared objects, and lists of them, as JSON text."""
    if is_json or (not is_declared and any(_is_object(value) for value in values)):
        return pa.array([None if value is None else _to_json(value) for value in values], pa.string())
    return pa.array(values)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
    )


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _to_json_types(columns: Columns, table: pa.Table) -> Columns:
    """The contract with the types that JSON uses, such as text for dates and times."""
    types: Columns = {}
    for name, kind in columns.items():
        found = table.schema.field(name).type
        is_text_in_json = pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_decimal(kind)
        may_be_whole = pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        if is_text_in_json and pa.types.is_string(found):
            types[name] = pa.string()
        elif may_be_whole and (pa.types.is_integer(found) or pa.types.is_floating(found)):
            types[name] = found
        else:
            types[name] = kind
    return types


def _drop_untyped(table: pa.Table, columns: Columns) -> pa.Table:
    """Drop new fields that are null in every row: their type is not known yet."""
    untyped = [
        field.name for field in table.schema if pa.types.is_null(field.type) and field.name not in columns
    ]
    return table.drop_columns(untyped)


def _names(names: list[str], where: str) -> list[str]:
    """The columns' names in Bronze.

    Raises:
        IngestError: two names are the same in Bronze, or one is reserved.
    """
    found = [dlt_internals.column_name(name) for name in names]
    duplicates = [name for name, count in Counter(found).items() if count > 1]
    if duplicates:
        origins = ", ".join(name for name, own in zip(names, found, strict=True) if own in duplicates)
        raise IngestError(
            f"{where}: the columns {origins} have the same name in Bronze, {', '.join(duplicates)}. Rename "
            f"one of them in the source, then run the date again."
        )
    if taken := [name for name in found if name in RESERVED]:
        raise IngestError(
            f"{where}: the column {', '.join(taken)} is reserved in Bronze. Rename it in the source, then "
            f"run the date again."
        )
    return found
