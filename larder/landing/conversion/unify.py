"""Give the parts of a column one type, if one holds the values of all of them."""

from functools import reduce

import pyarrow as pa

from larder.lake.columnar import Kind, Values, nulls
from larder.landing.conversion.types import Converted, cast, store
from larder.landing.conversion.widening import INT64, join_decimals


def unify(parts: list[Values]) -> list[Values] | None:
    """Parts of a column with the same type; None if it would lose a value, so that only text holds them all.

    Without any values the type is null.
    """
    kinds = {part.type for part in parts if not pa.types.is_null(part.type)}
    if len(kinds) <= 1:
        kind = next(iter(kinds), pa.null())
        return [part.cast(kind) for part in parts]
    stored = [store(part) for part in parts]
    found = {part.values.type for part in stored if not pa.types.is_null(part.values.type)}
    wider = reduce(_join, found)
    if wider is None:
        return None
    if any(part.failed is not None for part in stored):
        return None
    converted = [_cast(part.values, wider) for part in stored]
    return None if any(part.failed is not None for part in converted) else [part.values for part in converted]


def _cast(values: Values, kind: Kind) -> Converted:
    return Converted(nulls(len(values), kind)) if pa.types.is_null(values.type) else cast(values, kind)


def _join(one: Kind | None, other: Kind | None) -> Kind | None:
    """The type that holds two of Bronze's types; None if there is none."""
    if one is None or other is None or one == other:
        return one if one == other else None
    if {one, other} == {pa.int64(), pa.float64()}:
        return pa.float64()
    if pa.types.is_decimal(one) or pa.types.is_decimal(other):
        return _join_numbers(one, other)
    return None


def _join_numbers(one: Kind, other: Kind) -> Kind | None:
    kinds = [INT64 if pa.types.is_integer(kind) else kind for kind in (one, other)]
    if not all(pa.types.is_decimal(kind) for kind in kinds):
        return None
    return join_decimals(*kinds)
