"""The contract that a source's rows are held to: which columns must be there, each of which type.

A new column is taken along (Bronze evolves); a vanished column or a changed type is refused.
"""

from collections.abc import Callable

import pyarrow as pa
from dlt.common.data_types import TDataType

from larder.errors import SourceChanged

Columns = dict[str, TDataType]

REMEDY = (
    "bring it back, or change the contract in ingest/ and the models that read it, then run the date again"
)

# Bronze holds each type in one width, so that a source may widen a column without breaking anything.
ARROW: dict[TDataType, pa.DataType] = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
}
FITS: dict[TDataType, Callable[[pa.DataType], bool]] = {
    "bigint": pa.types.is_integer,
    "text": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    "double": pa.types.is_floating,
    "bool": pa.types.is_boolean,
    "date": pa.types.is_date,
    "timestamp": lambda kind: pa.types.is_timestamp(kind) and kind.tz is not None,
}
WIDEST: list[tuple[Callable[[pa.DataType], bool], pa.DataType]] = [
    (pa.types.is_integer, pa.int64()),
    (pa.types.is_floating, pa.float64()),
    (pa.types.is_large_string, pa.string()),
    (pa.types.is_large_binary, pa.binary()),
    (FITS["timestamp"], ARROW["timestamp"]),
]


def check(columns: Columns, found: pa.Schema, where: str) -> None:
    """See that a source's columns are those of its contract.

    Raises:
        SourceChanged: one has vanished or is of another type; `where` names the source for the reader.
    """
    if vanished := [name for name in columns if name not in found.names]:
        raise SourceChanged(f"{where} no longer has {', '.join(vanished)}; {REMEDY}")
    changed = [
        f"{name} ({found.field(name).type} instead of {kind})"
        for name, kind in columns.items()
        if not _fits(kind, found.field(name).type)
    ]
    if changed:
        raise SourceChanged(f"{where} has another type in {', '.join(changed)}; {REMEDY}")


def held_to(columns: Columns, batch: pa.Table, where: str, bronze: pa.Schema | None) -> pa.Table:
    """A batch with the contract's columns in Bronze's types.

    Args:
        columns: the contract.
        batch: rows as they came.
        where: names the source for the reader.
        bronze: what Bronze has, its columns beyond the contract included; None before the first load.

    Raises:
        SourceChanged: the batch breaks the contract, or a column beyond it changed its type.
    """
    check(columns, batch.schema, where)
    held = cast(columns, batch)
    known = {} if bronze is None else {field.name: _stored(field.type) for field in bronze}
    for field in held.schema:
        earlier = known.get(field.name, field.type)
        if field.type != earlier and not pa.types.is_nested(field.type):
            raise SourceChanged(
                f"{where} has another type in {field.name} ({field.type} instead of {earlier}); {REMEDY}"
            )
    return held


def cast(columns: Columns, batch: pa.Table) -> pa.Table:
    """A batch with the contract's columns in Bronze's types, without a check of what they were before."""
    types = [
        ARROW[columns[field.name]] if field.name in columns else _stored(field.type) for field in batch.schema
    ]
    return batch.cast(pa.schema(zip(batch.schema.names, types, strict=True)))


def _stored(kind: pa.DataType) -> pa.DataType:
    """The type in which a column beyond the contract is stored: of the widest kind, so that it may widen.

    Types for which Arrow has no name, such as PostgreSQL's numeric, are what the driver made of them: text.
    """
    if isinstance(kind, pa.BaseExtensionType):
        return _stored(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return _stored(kind.value_type)
    return next((widest for fits, widest in WIDEST if fits(kind)), kind)


def _fits(kind: TDataType, found: pa.DataType) -> bool:
    plain = found.value_type if pa.types.is_dictionary(found) else found
    return pa.types.is_null(plain) or FITS[kind](plain)
