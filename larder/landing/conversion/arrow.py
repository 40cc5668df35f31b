"""Convert what a dlt resource yields to Arrow batches: dicts, Arrow data and data frames.

Columns get Bronze's names. JSON objects and lists of dicts become JSON text.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from larder.errors import IngestError, SourceChanged
from larder.landing.contract import REMEDY, Columns
from larder.landing.conversion.batch import Batch, Fault
from larder.landing.conversion.values import Column, to_column
from larder.landing.declared import Declaration
from larder.landing.names import apply_renames, column_names

ROWS_AT_ONCE = 5000
VIEWS = {pa.string_view(): pa.string(), pa.binary_view(): pa.binary()}

Row = dict[str, Any]


def to_batches(items: Iterable[Any], declared: Declaration, known: Columns | None = None) -> Iterator[Batch]:
    """Yield a resource's items as batches. Dicts become one batch, so that a new field has one type.

    Args:
        items: dicts, Arrow tables or record batches, or data frames of pandas or Polars.
        declared: the resource's contract.
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
        yield _rows_to_batch(everything, declared, known or {})
    else:
        yield from (Batch(_to_table(item, declared)) for item in everything)


def _to_table(item: Any, declared: Declaration) -> pa.Table:
    match item:
        case pa.Table():
            table = item
        case pa.RecordBatch():
            table = pa.Table.from_batches([item])
        case _ if hasattr(item, "__arrow_c_stream__"):
            table = _from_data_frame(item, declared)
        case _:
            raise _unknown_kind(item, declared)
    return _without_views(table).rename_columns(_names(table.column_names, declared))


def _from_data_frame(frame: Any, declared: Declaration) -> pa.Table:
    """A data frame of pandas or Polars as Arrow data."""
    try:
        return pa.table(frame)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        column = "; ".join(map(str, error.args[1:]))  # the first part has a value
        raise IngestError(
            f"{declared.where}: a column of the data frame has values of several kinds ({column}). Give it "
            f"one type or yield dicts, then run the date again."
        ) from error


def _unknown_kind(item: Any, declared: Declaration) -> IngestError:
    return IngestError(
        f"{declared.where}: the resource yields {type(item).__name__}. Yield dicts, Arrow tables or data "
        f"frames, the same for all items."
    )


def _without_views(table: pa.Table) -> pa.Table:
    """A table without views of text and bytes, which Polars may have: Arrow cannot select their rows."""
    for place, column in enumerate(table.schema):
        if kind := VIEWS.get(column.type):
            table = table.set_column(place, column.name, table.column(place).cast(kind))
    return table


def _rows_to_batch(rows: Iterator[Row], declared: Declaration, known: Columns) -> Batch:
    columns = declared.columns
    found: dict[str, list[Column]] = {}
    counts: list[int] = []
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        names = _field_names(chunk, declared)
        for name in dict.fromkeys([*found, *names]):
            values = [row.get(names[name], ...) for row in chunk] if name in names else [...] * len(chunk)
            # A field that appears late was missing so far.
            earlier = found.setdefault(name, [Column.missing(count) for count in counts])
            kind = columns.get(name) or known.get(name)
            earlier.append(
                to_column(values, kind, is_json=name in declared.json_columns, is_declared=name in columns)
            )
        counts.append(len(chunk))
    for name in declared.optional:
        found.setdefault(name, [Column.missing(sum(counts))])
    required = [name for name in columns if name not in declared.optional]
    _check_sent(required, found, sum(counts), declared.where)
    joined = {name: Column.join(parts, columns.get(name) or known.get(name)) for name, parts in found.items()}
    faults = tuple(
        Fault(rule, name, reason, rows)
        for name, column in joined.items()
        for rule, reason, rows in column.faults(name, is_required=name in required)
    )
    originals = {name: column.originals for name, column in joined.items() if column.originals}
    return Batch(pa.table({name: column.values for name, column in joined.items()}), faults, originals)


def _field_names(rows: list[Row], declared: Declaration) -> dict[str, str]:
    """The fields of some rows, by their names in Bronze."""
    if others := [row for row in rows if not isinstance(row, dict)]:
        raise _unknown_kind(others[0], declared)
    fields = list(dict.fromkeys(name for row in rows for name in row))
    return dict(zip(_names(fields, declared), fields, strict=True))


def _check_sent(columns: list[str], found: dict[str, list[Column]], row_count: int, where: str) -> None:
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


def _names(names: list[str], declared: Declaration) -> list[str]:
    """The columns' names in Bronze."""
    return apply_renames(column_names(names, declared.where), declared.renamed, declared.where)
