"""The contract of a source's rows: the required columns and their types.

A new column is accepted (Bronze evolves); a missing column or a changed type is rejected.
"""

from collections.abc import Callable, Mapping

import pyarrow as pa

from larder.errors import SourceChanged

# Column names to types in Bronze. There is one width per kind of type, so a source may widen a column without
# breaking anything.
Columns = dict[str, pa.DataType]
Predicate = Callable[[pa.DataType], bool]

REMEDY = (
    "bring it back, or change the contract in ingest/ and the models that read it, then run the date again"
)
TIMESTAMP = pa.timestamp("us", "UTC")
LOCAL_TIMESTAMP = pa.timestamp("us")
# dlt's data types as Bronze holds them.
ARROW: dict[str, pa.DataType] = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": TIMESTAMP,
    "binary": pa.binary(),
    # Text: Spark has no such types.
    "time": pa.string(),
    "json": pa.string(),
}


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_zoned(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) and kind.tz is not None)


def _is_local(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) and kind.tz is None)


# Which types fit a type of Bronze, which is also the type of columns beyond the contract.
FITS: list[tuple[pa.DataType, Predicate]] = [
    (pa.int64(), pa.types.is_integer),
    (pa.float64(), pa.types.is_floating),
    (pa.string(), _is_text),
    (pa.binary(), _is_binary),
    (pa.bool_(), pa.types.is_boolean),
    (pa.date32(), pa.types.is_date),
    (TIMESTAMP, _is_zoned),
    (LOCAL_TIMESTAMP, _is_local),
]


def parse_columns(types: Mapping[str, str]) -> Columns:
    """Columns from dlt's names of data types, such as {"store_id": "bigint"}."""
    return {name: ARROW[kind] for name, kind in types.items()}


def check(columns: Columns, found: pa.Schema, where: str) -> None:
    """Check a source's columns against its contract.

    Raises:
        SourceChanged: one is missing or has another type; `where` names the source in the message.
    """
    if missing := [name for name in columns if name not in found.names]:
        raise SourceChanged(f"{where} no longer has {', '.join(missing)}; {REMEDY}")
    changed = [
        f"{name} ({found.field(name).type} instead of {kind})"
        for name, kind in columns.items()
        if not _fits(kind, found.field(name).type)
    ]
    if changed:
        raise SourceChanged(f"{where} has another type in {', '.join(changed)}; {REMEDY}")


def conform(columns: Columns, batch: pa.Table, where: str, bronze: pa.Schema | None) -> pa.Table:
    """Check a batch, and cast it to Bronze's types.

    Args:
        columns: the contract.
        batch: rows as the source sent them.
        where: the source's name in errors.
        bronze: the Bronze table's columns, including those beyond the contract; None before the first load.

    Raises:
        SourceChanged: the batch breaks the contract, or a column beyond it has changed its type.
    """
    check(columns, batch.schema, where)
    typed = cast(columns, batch)
    known = {} if bronze is None else {field.name: storage_type(field.type) for field in bronze}
    for field in typed.schema:
        earlier = known.get(field.name, field.type)
        if field.type != earlier and not pa.types.is_nested(field.type):
            raise SourceChanged(
                f"{where} has another type in {field.name} ({field.type} instead of {earlier}); {REMEDY}"
            )
    return typed


def cast(columns: Columns, batch: pa.Table) -> pa.Table:
    """Cast a batch to Bronze's types, without checking the contract."""
    types = [storage_type(columns.get(field.name) or field.type) for field in batch.schema]
    return batch.cast(pa.schema(zip(batch.schema.names, types, strict=True)))


def storage_type(kind: pa.DataType) -> pa.DataType:
    """The type in which Bronze stores a type: the widest of its kind, so that a column may widen.

    Types that Arrow lacks, such as PostgreSQL's numeric, are stored as the driver converts them: as text.
    A timestamp without a time zone is read as UTC.
    """
    if isinstance(kind, pa.BaseExtensionType):
        return storage_type(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return storage_type(kind.value_type)
    if pa.types.is_time(kind):
        return pa.string()
    if kind == LOCAL_TIMESTAMP or _is_local(kind):
        return TIMESTAMP
    return next((widest for widest, fits in FITS if fits(kind)), kind)


def _fits(kind: pa.DataType, found: pa.DataType) -> bool:
    plain = found.value_type if pa.types.is_dictionary(found) else found
    if pa.types.is_null(plain) or plain == kind:
        return True
    if pa.types.is_decimal(kind):
        return bool(pa.types.is_decimal(plain))
    return any(fits(plain) for widest, fits in FITS if widest == kind)
