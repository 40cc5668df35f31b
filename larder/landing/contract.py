"""The contract of a source's rows: the required columns and their types.

A new column is accepted (Bronze evolves), and a missing one stops the load. A value of another type is a
fault of its row.
"""

from collections.abc import Iterable, Mapping

import pyarrow as pa

from larder.errors import SourceChanged
from larder.lake.columnar import Kind
from larder.landing.conversion.types import TIMESTAMP, is_binary, is_number, is_text, stored_type

# Column names to types.
Columns = dict[str, pa.DataType]

REMEDY = (
    "bring it back, or change the contract in ingest/ and the models that read it, then run the date again"
)
# dlt's data types as Arrow's.
ARROW: dict[str, pa.DataType] = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": TIMESTAMP,
    "binary": pa.binary(),
    # Text in Bronze: Spark has no such types.
    "time": pa.time64("us"),
    "json": pa.string(),
}


def parse_columns(types: Mapping[str, str]) -> Columns:
    """Columns from dlt's names of data types, such as {"store_id": "bigint"}."""
    return {name: ARROW[kind] for name, kind in types.items()}


def check_names(columns: Iterable[str], found: list[str], where: str) -> None:
    """Check that a source has all of some columns.

    Raises:
        SourceChanged: one is missing; `where` names the source in the message.
    """
    if missing := [name for name in columns if name not in found]:
        raise SourceChanged(f"{where} no longer has {', '.join(missing)}; {REMEDY}")


def check(columns: Columns, found: pa.Schema, where: str) -> None:
    """Check a source's columns against its contract, where they are known before any row is read.

    Raises:
        SourceChanged: one is missing or has another type; `where` names the source in the message.
    """
    check_names(columns, found.names, where)
    changed = [
        f"{name} ({found.field(name).type} instead of {kind})"
        for name, kind in columns.items()
        if not fits(kind, found.field(name).type)
    ]
    if changed:
        raise SourceChanged(f"{where} has another type in {', '.join(changed)}; {REMEDY}")


def check_known(columns: Columns, known: Columns, where: str) -> None:
    """Check that the columns of a contract are of the same kind in Bronze. Numbers may become other numbers.

    Raises:
        SourceChanged: one is of another kind; `where` names the source in the message.
    """
    for name, kind in columns.items():
        stored = stored_type(kind)
        found = known.get(name, stored)
        if not (fits(found, stored) and fits(stored, found)):
            held = str(found).removeprefix("large_")
            raise SourceChanged(
                f"{where}: {name} is {stored} now, and {held} in Bronze. Read it as {held}, or under another "
                f"name, then run the date again"
            )


def fits(kind: pa.DataType, found: pa.DataType) -> bool:
    """Whether values of a type may have equals in a type of a contract.

    Numbers fit numbers, and text, which JSON uses, fits dates, times and decimals, if each value does.
    """
    if is_text(found):
        return is_text(kind) or pa.types.is_decimal(kind) or _is_time(kind)
    return (
        pa.types.is_null(found)
        or found == kind
        or (is_number(kind) and is_number(found))
        or (is_binary(kind) and is_binary(found))
        or (pa.types.is_date(kind) and pa.types.is_date(found))
        or (pa.types.is_time(kind) and pa.types.is_time(found))
        or (pa.types.is_timestamp(kind) and pa.types.is_timestamp(found) and _has_zone(kind, found))
    )


def _is_time(kind: pa.DataType) -> bool:
    return pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_time(kind)


def _has_zone(kind: Kind, found: Kind) -> bool:
    """Whether a timestamp has a zone if one is wanted, and none if none is."""
    return (kind.tz is None) == (found.tz is None)
