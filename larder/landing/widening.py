"""Widen the type of a column beyond the contract, when a source sends more than the type can hold.

Whole numbers become floating-point numbers or decimals, decimals get more digits. Another kind of type is not
wider: its values are faults.
"""

import pyarrow as pa

from larder.lake.columnar import Kind, Values
from larder.landing.types import INT64_DIGITS, MOST_DIGITS


def widen(known: Kind, values: Values) -> Kind:
    """The type that holds both what a column has and new values, or the column's own if there is none.

    Args:
        known: the column's type, one that Bronze stores.
        values: the new values, of a type that Bronze stores.
    """
    found = values.type
    if pa.types.is_integer(known) and pa.types.is_floating(found):
        return known if _are_whole(values) else found
    if pa.types.is_decimal(found) and pa.types.is_integer(known):
        return _join(INT64_DIGITS, 0, found) or known
    if pa.types.is_decimal(found) and pa.types.is_decimal(known):
        return _join(known.precision - known.scale, known.scale, found) or known
    if pa.types.is_decimal(known) and pa.types.is_integer(found):
        return _join(INT64_DIGITS, 0, known) or known
    return known


def agree(wanted: Kind, found: Kind) -> Kind | None:
    """The type of a column that a contract and Bronze have in two types; None if none holds both.

    Args:
        wanted: the contract's type, as Bronze stores it.
        found: Bronze's type.
    """
    if wanted == found:
        return wanted
    if pa.types.is_decimal(wanted):
        wanted, found = found, wanted
    if pa.types.is_decimal(found) and (pa.types.is_integer(wanted) or pa.types.is_decimal(wanted)):
        whole = INT64_DIGITS if pa.types.is_integer(wanted) else wanted.precision - wanted.scale
        return _join(whole, 0 if pa.types.is_integer(wanted) else wanted.scale, found)
    numbers = (pa.types.is_integer, pa.types.is_floating)
    return pa.float64() if all(any(is_(kind) for is_ in numbers) for kind in (wanted, found)) else None


def _are_whole(values: Values) -> bool:
    """Whether floating-point numbers are all whole, and small enough to be 64-bit integers."""
    try:
        values.cast(pa.int64())
    except pa.ArrowInvalid:
        return False
    return True


def _join(digits: int, scale: int, other: Kind) -> pa.DataType | None:
    """A decimal with at least these digits before and after the point, and another's; None if too many."""
    whole, fraction = max(digits, other.precision - other.scale), max(scale, other.scale)
    return pa.decimal128(whole + fraction, fraction) if whole + fraction <= MOST_DIGITS else None
