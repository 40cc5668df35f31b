"""What a dlt resource yields, as Arrow tables: rows as dicts, Arrow data and data frames alike.

Columns get Bronze's names. What Bronze has no type for, such as objects in JSON, becomes JSON text.
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
from larder.redaction import foreign

ROWS_PER_TABLE = 5000
# The columns that Bronze adds to each row.
RESERVED = ("_loaded_at", "_business_date", "_dlt_load_id", "_dlt_id")

Row = dict[str, Any]


def to_tables(
    items: Iterable[Any], columns: Columns, where: str, json_columns: frozenset[str] = frozenset()
) -> Iterator[pa.Table]:
    """Yield a resource's items as tables; dicts as one table, in which a new field has one type for all rows.

    Args:
        items: dicts, Arrow tables or record batches, or data frames of pandas or Polars.
        columns: the contract, by which dicts are typed.
        where: names the resource in errors.
        json_columns: columns of the contract that hold JSON text.

    Raises:
        SourceChanged: a dict lacks a column of the contract, or has a value of another type.
        IngestError: items are of another kind, or their names cannot be told apart in Bronze.
    """
    iterator = iter(items)
    first = next(iterator, None)
    if first is None:
        return
    every = chain([first], iterator)
    if isinstance(first, dict):
        yield from _rows_to_table(every, columns, where, json_columns)
    else:
        yield from (_to_table(item, where) for item in every)


def _to_table(item: Any, where: str) -> pa.Table:
    match item:
        case pa.Table():
            table = item
        case pa.RecordBatch():
            table = pa.Table.from_batches([item])
        case _ if hasattr(item, "__arrow_c_stream__"):  # as the frames of pandas and Polars have
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
        # A new field may be missing or null in some chunks: their rows have null there.
        table = pa.concat_tables(tables, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError) as error:
        raise SourceChanged(f"{where} sends a value of another type ({foreign(error)}); {REMEDY}") from error
    yield _without_unknown(table, columns)


def _chunk_to_table(rows: list[Row], columns: Columns, where: str, json_columns: frozenset[str]) -> pa.Table:
    fields = list(dict.fromkeys(name for row in rows for name in row))
    names = dict(zip(fields, _names(fields, where), strict=True))
    given = {name: field for field, name in names.items()}
    vanished = [name for name in columns if name not in given or any(given[name] not in row for row in rows)]
    if vanished:
        raise SourceChanged(f"{where} no longer sends {', '.join(vanished)}; {REMEDY}")
    arrays = [
        _to_array([row.get(field) for row in rows], name in columns, name in json_columns)
        for field, name in names.items()
    ]
    table = pa.table(dict(zip(names.values(), arrays, strict=True)))
    contract.check(_as_sent(columns, table), table.schema, where)
    return contract.cast(columns, table)


def _to_array(values: list[Any], is_declared: bool, is_json: bool) -> Any:
    """A column's values; objects that are not declared, and lists that hold some, as JSON text."""
    if is_json or (not is_declared and any(_is_object(value) for value in values)):
        return pa.array([None if value is None else _to_json(value) for value in values], pa.string())
    return pa.array(values)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
    )


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _as_sent(columns: Columns, table: pa.Table) -> Columns:
    """The types that JSON has for the contract's: text for dates and times, whole numbers among others."""
    sent: Columns = {}
    for name, kind in columns.items():
        found = table.schema.field(name).type
        is_time = pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_decimal(kind)
        may_be_whole = pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        if is_time and pa.types.is_string(found):
            sent[name] = pa.string()
        elif may_be_whole and (pa.types.is_integer(found) or pa.types.is_floating(found)):
            sent[name] = found
        else:
            sent[name] = kind
    return sent


def _without_unknown(table: pa.Table, columns: Columns) -> pa.Table:
    """The table without new fields that are null in every row: their type is not known yet."""
    unknown = [
        field.name for field in table.schema if pa.types.is_null(field.type) and field.name not in columns
    ]
    return table.drop_columns(unknown)


def _names(names: list[str], where: str) -> list[str]:
    """The columns' names in Bronze.

    Raises:
        IngestError: two are the same there, or one is Bronze's own.
    """
    found = [dlt_internals.column_name(name) for name in names]
    twice = [name for name, count in Counter(found).items() if count > 1]
    if twice:
        origins = ", ".join(name for name, own in zip(names, found, strict=True) if own in twice)
        raise IngestError(
            f"{where}: the columns {origins} have the same name in Bronze, {', '.join(twice)}. Rename one of "
            f"them in the source, then run the date again."
        )
    if taken := [name for name in found if name in RESERVED]:
        raise IngestError(
            f"{where}: Bronze adds a column {', '.join(taken)} itself. Rename that of the source, then "
            f"run the date again."
        )
    return found
