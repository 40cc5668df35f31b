"""Widen the type of a column beyond the contract, when a source sends more than the type can hold.

Whole numbers become floating-point numbers or decimals, decimals get more digits. Another kind of type is not
wider: its values are faults.
"""

import pyarrow as pa

from larder.lake.columnar import Kind, Values
from larder.landing.conversion.types import INT64_DIGITS, MOST_DIGITS

# A decimal that holds any 64-bit integer.
INT64 = pa.decimal128(INT64_DIGITS, 0)


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
        return join_decimals(INT64, found) or known
    if pa.types.is_decimal(found) and pa.types.is_decimal(known):
        return join_decimals(known, found) or known
    if pa.types.is_decimal(known) and pa.types.is_integer(found):
        return join_decimals(INT64, known) or known
    return known


def _are_whole(values: Values) -> bool:
    """Whether floating-point numbers are all whole, and small enough to be 64-bit integers."""
    try:
        values.cast(pa.int64())
    except pa.ArrowInvalid:
        return False
    return True


def join_decimals(one: Kind, other: Kind) -> pa.DataType | None:
    """A decimal with the digits of two before and after the point; None if those are too many."""
    whole = max(one.precision - one.scale, other.precision - other.scale)
    fraction = max(one.scale, other.scale)
    return pa.decimal128(whole + fraction, fraction) if whole + fraction <= MOST_DIGITS else None
