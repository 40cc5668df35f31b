"""Convert the values of a JSON field, or of any Python objects, to an Arrow column.

Arrow infers the type. Where it cannot, because values are of several kinds or too large, they are looked at
one by one: those that fit the column's type are kept, the others are faults with their original values. A
new column of several kinds becomes text.
"""

import json
import math
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from larder.lake.columnar import Values, chunked, nulls, pc, repeat
from larder.landing.conform import TEXT, TYPE
from larder.landing.json_text import to_json
from larder.landing.types import INT64_DIGITS, MOST_DIGITS, is_binary, is_number, is_text

# What pyarrow raises for values that it cannot hold in one column.
UNFIT = (pa.ArrowInvalid, TypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeEncodeError)

# Kinds of values of which Arrow takes some for the other: a timestamp for its date, text for bytes.
ALIKE = ((date, datetime), (bytes, str), (timedelta, int))

Found = list[tuple[str, str, Values]]


@dataclass(frozen=True)
class Column:
    """A field's values in some rows; missing and faulty ones are null.

    `absent` is true where a row lacks the field, None if no row does. `originals` are faulty values by place.
    """

    values: Values
    absent: Values | None = None
    originals: dict[int, Any] = field(default_factory=dict)

    @classmethod
    def missing(cls, count: int) -> "Column":
        """A field that none of some rows has."""
        return cls(nulls(count, pa.null()), chunked([repeat(True, pa.bool_(), count)]))

    @classmethod
    def join(cls, parts: list["Column"]) -> "Column":
        """The columns of consecutive rows as one."""
        types = {part.values.type for part in parts if not pa.types.is_null(part.values.type)}
        values = _join_values([part.values for part in parts], types)
        absent = None
        if any(part.absent for part in parts):
            absent = chunked([chunk for part in parts for chunk in part._absent().chunks])
        originals: dict[int, Any] = {}
        start = 0
        for part in parts:
            originals |= {start + place: value for place, value in part.originals.items()}
            start += len(part.values)
        return cls(values, absent, originals)

    def missing_count(self) -> int:
        """The number of rows that lack the field."""
        return 0 if self.absent is None else int(pc.sum(self.absent).as_py() or 0)

    def faults(self, name: str, *, is_required: bool) -> Found:
        """Rule, reason and rows of each fault."""
        found: Found = []
        if is_required and self.missing_count():
            found.append(("missing", f"{name} is missing", self._absent()))
        texts = {place for place, value in self.originals.items() if isinstance(value, str)}
        texts = {place for place in texts if not _is_encodable(self.originals[place])}
        if texts:
            found.append((TEXT, f"{name} is not valid Unicode", self._mask(texts)))
        if others := self.originals.keys() - texts:
            found.append((TYPE, f"{name} has a value of another type", self._mask(others)))
        return found

    def _absent(self) -> Values:
        if self.absent is not None:
            return self.absent
        return chunked([repeat(False, pa.bool_(), len(self.values))])

    def _mask(self, places: Any) -> Values:
        return chunked([pa.array([place in places for place in range(len(self.values))])])


def to_column(
    values: list[Any], kind: pa.DataType | None, *, is_json: bool = False, is_declared: bool = False
) -> Column:
    """A field's values in some rows; `...` stands for a missing one.

    Args:
        values: Python objects.
        kind: the type that the column has; None if it is not known.
        is_json: whether the column holds JSON text.
        is_declared: whether the type is a contract's, so that objects do not fit it. Only if that is a
            floating-point number, NaN is one: elsewhere it is how pandas writes a missing value.
    """
    absent = [value is ... for value in values]
    given = [None if value is ... else value for value in values]
    if not (is_declared and kind is not None and pa.types.is_floating(kind)):
        given = _without_nan(given)
    column = _to_column(given, kind, is_json, is_declared)
    if any(absent):
        return Column(column.values, chunked([pa.array(absent)]), column.originals)
    return column


def _to_column(values: list[Any], kind: pa.DataType | None, is_json: bool, is_declared: bool) -> Column:
    if is_json or (not is_declared and any(isinstance(value, dict | list) for value in values)):
        if kind is None or is_text(kind):
            return _texts([None if value is None else to_json(value) for value in values])
        # An object in a column of another type is a fault.
        return _keep_fitting(values, kind)
    try:
        array = None if _are_mixed(values) else pa.array(values)
    except UNFIT:
        array = None
    if array is not None:
        return Column(chunked([array]))
    if kind is not None and (is_declared or not is_text(kind)):
        return _keep_fitting(values, kind)
    return _of_several_kinds(values)


def _without_nan(values: list[Any]) -> list[Any]:
    if float not in set(map(type, values)):
        return values
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values]


def _are_mixed(values: list[Any]) -> bool:
    """Whether values are of kinds that Arrow would take for one, and so change some of them."""
    kinds = set(map(type, values))
    return any({one, other} <= kinds for one, other in ALIKE)


def _keep_fitting(values: list[Any], kind: pa.DataType) -> Column:
    """Keep the values that fit a type, as Arrow data of that type or of one that converts to it."""
    kept = [_fitting(value, kind) for value in values]
    originals = {
        place: value
        for place, (value, fit) in enumerate(zip(values, kept, strict=True))
        if value is not None and fit is None
    }
    # Dates and decimals are kept as text.
    column = pa.array(kept, pa.string() if any(isinstance(value, str) for value in kept) else kind)
    return Column(chunked([column]), originals=originals)


def _fitting(value: Any, kind: pa.DataType) -> Any:
    """A value in the form that a column of a type takes; None if it does not fit."""
    if is_number(kind):
        return _fitting_number(value, kind)
    if pa.types.is_boolean(kind) or is_binary(kind):
        return value if isinstance(value, bool if pa.types.is_boolean(kind) else bytes) else None
    if isinstance(value, date | datetime | time) and not is_text(kind):
        return value.isoformat()
    return value if isinstance(value, str) and _is_encodable(value) else None


def _fitting_number(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_decimal(kind) and isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if pa.types.is_decimal(kind):
        return str(value)
    if pa.types.is_floating(kind):
        return float(value) if isinstance(value, float) or value == _as_float(value) else None
    try:
        whole = int(value)
    except (ValueError, OverflowError):  # not a number, or infinity
        return None
    return whole if whole == value and -(2**63) <= whole < 2**63 else None


def _as_float(value: Any) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _of_several_kinds(values: list[Any]) -> Column:
    """A new column: large integers as decimals, anything else that Arrow cannot hold as text."""
    given = [value for value in values if value is not None]
    if all(isinstance(value, int) and not isinstance(value, bool) for value in given):
        digits = max(len(str(abs(value))) for value in given)
        if INT64_DIGITS <= digits <= MOST_DIGITS:
            decimals = [None if value is None else Decimal(value) for value in values]
            return Column(chunked([pa.array(decimals, pa.decimal128(MOST_DIGITS, 0))]))
    return _texts([_to_text(value) for value in values])


def _to_text(value: Any) -> str | None:
    """A value in its own words: bytes as base64; numbers, objects and lists as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.loads(written) if (written := to_json(value)).startswith('"') else written


def _texts(values: list[str | None]) -> Column:
    unfit = {place: value for place, value in enumerate(values) if value and not _is_encodable(value)}
    kept = [None if place in unfit else value for place, value in enumerate(values)]
    return Column(chunked([pa.array(kept, pa.string())]), originals=unfit)


def _join_values(parts: list[Values], types: set[pa.DataType]) -> Values:
    """Parts of a column as one; parts of several types become numbers if they can, else text."""
    if len(types) <= 1:
        kind = next(iter(types), pa.null())
        return chunked([chunk for part in parts for chunk in part.cast(kind).chunks], kind)
    try:
        return chunked([chunk for part in parts for chunk in _concat_numbers(part, types).chunks])
    except UNFIT:
        texts = [_texts_of(part) for part in parts]
        return chunked([chunk for part in texts for chunk in part.chunks], pa.string())


def _concat_numbers(part: Values, types: set[pa.DataType]) -> Values:
    if not all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in types):
        raise pa.ArrowInvalid("not only numbers")
    return part.cast(pa.float64())


def _texts_of(part: Values) -> Values:
    return chunked([pa.array([_to_text(value) for value in part.to_pylist()], pa.string())])


def _is_encodable(value: str) -> bool:
    """Whether text has no half of a surrogate pair, which UTF-8 cannot write."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
