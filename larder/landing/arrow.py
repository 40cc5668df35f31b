"""Convert what a dlt resource yields to Arrow batches: dicts, Arrow data and data frames.

Columns get Bronze's names. JSON objects and lists of dicts become JSON text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from larder.errors import IngestError, SourceChanged
from larder.landing import dlt_internals
from larder.landing.batch import Batch, Fault
from larder.landing.contract import REMEDY, Columns
from larder.landing.values import Column, to_column

ROWS_AT_ONCE = 5000
# The columns that Bronze adds to each row.
RESERVED = ("_loaded_at", "_business_date", "_is_deleted", "_dlt_load_id", "_dlt_id")
MISSING = "missing"

Row = dict[str, Any]


def to_batches(
    items: Iterable[Any],
    columns: Columns,
    where: str,
    json_columns: frozenset[str] = frozenset(),
    known: Columns | None = None,
) -> Iterator[Batch]:
    """Yield a resource's items as batches. Dicts become one batch, so that a new field has one type.

    Args:
        items: dicts, Arrow tables or record batches, or data frames of pandas or Polars.
        columns: the contract, which gives the types of dicts' values.
        where: the resource's name in errors.
        json_columns: columns of the contract that hold JSON text.
        known: the types of further columns that Bronze has.

    Raises:
        SourceChanged: all dicts lack a column of the contract.
        IngestError: items are of another kind, or two of their names are the same in Bronze.
    """
    iterator = iter(items)
    first = next(iterator, None)
    if first is None:
        return
    everything = chain([first], iterator)
    if isinstance(first, dict):
        yield _rows_to_batch(everything, columns, where, json_columns, known or {})
    else:
        yield from (Batch(_to_table(item, where)) for item in everything)


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


def _rows_to_batch(
    rows: Iterator[Row], columns: Columns, where: str, json_columns: frozenset[str], known: Columns
) -> Batch:
    found: dict[str, list[Column]] = {}
    counts: list[int] = []
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        names = _field_names(chunk, where)
        for name in dict.fromkeys([*found, *names]):
            values = [row.get(names[name], ...) for row in chunk] if name in names else [...] * len(chunk)
            # A field that appears late was missing so far.
            earlier = found.setdefault(name, [Column.missing(count) for count in counts])
            kind = columns.get(name) or known.get(name)
            earlier.append(to_column(values, kind, is_json=name in json_columns, is_declared=name in columns))
        counts.append(len(chunk))
    _check_sent(columns, found, sum(counts), where)
    joined = {name: Column.join(parts) for name, parts in found.items()}
    faults = tuple(
        Fault(rule, name, reason, rows)
        for name, column in joined.items()
        for rule, reason, rows in column.faults(name, is_required=name in columns)
    )
    originals = {name: column.originals for name, column in joined.items() if column.originals}
    return Batch(pa.table({name: column.values for name, column in joined.items()}), faults, originals)


def _field_names(rows: list[Row], where: str) -> dict[str, str]:
    """The fields of some rows, by their names in Bronze."""
    fields = list(dict.fromkeys(name for row in rows for name in row))
    return dict(zip(_names(fields, where), fields, strict=True))


def _check_sent(columns: Columns, found: dict[str, list[Column]], row_count: int, where: str) -> None:
    """Check that each column of the contract was sent in some row; in others it is a fault of the row.

    Raises:
        SourceChanged: one was not.
    """
    absent = [
        name
        for name in columns
        if name not in found or sum(part.missing_count() for part in found[name]) == row_count
    ]
    if absent:
        raise SourceChanged(f"{where} no longer sends {', '.join(absent)}; {REMEDY}")


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
