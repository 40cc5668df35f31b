"""Convert a batch to Bronze's types; a value that does not convert is a fault of its row."""

from collections.abc import Callable
from functools import partial

import pyarrow as pa

from larder.lake.columnar import Kind, Values, nulls, pc
from larder.landing import contract
from larder.landing.contract import Columns
from larder.landing.conversion.batch import Batch, Fault
from larder.landing.conversion.types import (
    LOCAL_TIMESTAMP,
    TIMESTAMP,
    Converted,
    cast,
    decode,
    is_text,
    plain,
    store,
    stored_type,
    to_text,
)
from larder.landing.conversion.utf8 import find_invalid
from larder.landing.conversion.widening import widen

TYPE, TEXT = "type", "text"

MayWiden = Callable[[str, Kind], bool]


def conform(
    batch: Batch,
    columns: Columns,
    known: Columns,
    where: str,
    may_widen: MayWiden = lambda *_: True,
    *,
    version: tuple[str, ...] = (),
) -> Batch:
    """Check a batch against a contract, and convert it to the types in which Bronze stores it.

    Args:
        batch: rows as the source sent them.
        columns: the contract.
        known: the stored types of columns beyond the contract, as Bronze or earlier batches have them, and of
            numbers that Bronze has in another type than the contract.
        where: the source's name in errors.
        may_widen: whether a column may get a wider type, by its name and that type.
        version: the columns of the key and the cursor, which rows need even if no contract has them.

    Returns:
        The rows with the stored types, null where a value does not convert, and all faults. A column beyond
        the contract that is null in all rows is left out, since its type is not known yet; one of the version
        stays, so that the gate rejects its rows.

    Raises:
        SourceChanged: a column of the contract or of the version is missing.
    """
    needed = [*columns, *version] if batch.rows.num_rows else columns
    contract.check_names(dict.fromkeys(needed), batch.rows.column_names, where)
    faults = list(batch.faults)
    arrays: dict[str, Values] = {}
    for name in batch.rows.column_names:
        found = decode(batch.rows[name])
        if is_text(found.type) and (invalid := find_invalid(found)) is not None:
            faults.append(Fault(TEXT, name, f"{name} is not valid UTF-8", invalid))
            found = pc.if_else(invalid, None, found)
        if name in known:
            converted = _to_known(found, known[name], partial(may_widen, name))
        elif name in columns:
            converted = _to_declared(found, columns[name])
        elif pa.types.is_null(found.type) and name not in version:
            continue
        else:
            converted = store(found)
        arrays[name] = converted.values
        if converted.failed is not None:
            faults.append(Fault(TYPE, name, _reason(name, found.type, arrays[name].type), converted.failed))
    return Batch(pa.table(arrays), tuple(faults), batch.originals)


def _to_declared(found: Values, kind: pa.DataType) -> Converted:
    target = TIMESTAMP if kind == LOCAL_TIMESTAMP else stored_type(kind)
    if not contract.fits(kind, plain(found.type)):
        return _none_fits(found, target)
    stored = store(found)
    if kind == LOCAL_TIMESTAMP and is_text(stored.values.type):
        local = stored.then(cast(stored.values, LOCAL_TIMESTAMP))
        return Converted(local.values.cast(TIMESTAMP), local.failed)
    return stored.then(_cast(stored.values, target))


def _to_known(found: Values, kind: pa.DataType, may_widen: Callable[[Kind], bool]) -> Converted:
    """As a column beyond the contract has it already, or wider."""
    stored = store(found)
    target = widen(kind, stored.values)
    if target != kind and not may_widen(target):
        target = kind
    if is_text(target) and not pa.types.is_binary(stored.values.type):
        return Converted(to_text(stored.values), stored.failed)
    if not contract.fits(target, stored.values.type):
        return _none_fits(found, target)
    return stored.then(_cast(stored.values, target))


def _cast(values: Values, target: pa.DataType) -> Converted:
    if pa.types.is_null(values.type):
        return Converted(nulls(len(values), target))
    return cast(values, target)


def _none_fits(found: Values, target: pa.DataType) -> Converted:
    """All values fail; nulls have any type."""
    failed = pc.is_valid(found)
    return Converted(nulls(len(found), target), failed if pc.any(failed).as_py() else None)


def _reason(name: str, found: pa.DataType, target: pa.DataType) -> str:
    if contract.fits(target, plain(found)):
        return f"{name} has a value that {target} cannot hold"
    return f"{name} is {found} instead of {target}"
