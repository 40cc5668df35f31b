"""Convert the values of a JSON field, or of any Python objects, to an Arrow column.

Arrow infers the type of values of one kind. If they are of several kinds or too large, they are looked at one
by one: those that fit the column's type are kept, the others are faults with their original values. A new
column of several kinds becomes text, each value in its own words.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from larder.lake.columnar import Values, chunked, nulls, pc, repeat
from larder.lake.tables import EXACT_FLOAT
from larder.landing.contract import fits
from larder.landing.conversion import types
from larder.landing.conversion.conform import TEXT, TYPE
from larder.landing.conversion.json_text import in_words, to_json
from larder.landing.conversion.types import INT64_DIGITS, MOST_DIGITS, is_binary, is_number, is_text
from larder.landing.conversion.unify import unify

# What pyarrow raises for values that it cannot hold in one column.
UNFIT = (pa.ArrowInvalid, TypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeEncodeError)

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
    def join(cls, parts: list["Column"], kind: pa.DataType | None = None) -> "Column":
        """The columns of consecutive rows as one, of which the type may be known."""
        parts = _unify(parts, kind)
        values = chunked([chunk for part in parts for chunk in part.values.chunks], parts[0].values.type)
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
        texts = {place for place, value in self.originals.items() if not _is_encodable(to_text(value))}
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
    if is_json:
        return _texts(values, to_json)
    is_free_text = kind is not None and is_text(kind) and not is_declared
    kinds = {_kind(of) for of in {type(value) for value in values if value is not None}}
    has_objects = not is_declared and bool(kinds & {dict, list, tuple})
    if len(kinds) <= 1 and not has_objects and not (is_free_text and kinds - {str}):
        try:
            return Column(chunked([pa.array(values)]))
        except UNFIT:
            pass  # they are looked at one by one
    # The NaT of pandas is not a time, and only it is not equal to itself.
    values = [None if isinstance(value, datetime) and value != value else value for value in values]  # noqa: PLR0124
    # An object in a column of another type is a fault.
    if kind is not None and not is_free_text:
        return _keep_fitting(values, kind)
    return _of_several_kinds(values)


def _without_nan(values: list[Any]) -> list[Any]:
    if float not in set(map(type, values)):
        return values
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values]


def _kind(of: type) -> type:
    """The kind of a type of Python's. Arrow would take 1 for true or for a time in a column of those."""
    kinds = (bool, int, float, Decimal, str, bytes, datetime, date, dict, list, tuple)
    kind = next((one for one in kinds if issubclass(of, one)), of)
    return int if kind in (float, Decimal) else kind


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
    return _texts(values, to_text)


def _texts(values: list[Any], write: Callable[[Any], str]) -> Column:
    """Values as text; bytes, and what UTF-8 cannot write, are faults."""
    written = [None if value is None or isinstance(value, bytes) else write(value) for value in values]
    kept = [text if text is None or _is_encodable(text) else None for text in written]
    unfit = {
        place: value
        for place, (value, text) in enumerate(zip(values, kept, strict=True))
        if value is not None and text is None
    }
    return Column(chunked([pa.array(kept, pa.string())]), originals=unfit)


def _unify(parts: list[Column], kind: pa.DataType | None) -> list[Column]:
    """Parts of a column with one type: that of each, one that holds them all, or text.

    If the column's type is known, the values of a part of another kind are faults, not those of all parts.
    """
    unified = unify([part.values for part in parts])
    if unified is None and kind is not None:
        parts = [part if fits(kind, part.values.type) else _reject(part) for part in parts]
    if (unified := unify([part.values for part in parts])) is None:
        texts = [_texts(part.values.to_pylist(), to_text) for part in parts]
        return [
            Column(text.values, part.absent, part.originals | text.originals)
            for part, text in zip(parts, texts, strict=True)
        ]
    return [Column(values, part.absent, part.originals) for part, values in zip(parts, unified, strict=True)]


def _reject(part: Column) -> Column:
    values = {place: value for place, value in enumerate(part.values.to_pylist()) if value is not None}
    return Column(nulls(len(part.values), pa.null()), part.absent, part.originals | values)


def to_text(value: Any) -> str:
    """A value in its own words, which do not depend on the values around it.

    Text stays as it is. An object, true and false are JSON; a time with a zone is in UTC.
    """
    match value:
        case str():
            return value
        case float() if value.is_integer() and abs(value) <= EXACT_FLOAT:
            # Arrow makes 1 such a number, if it is beside 1.5.
            return f"{value:.0f}"
        case datetime() if value.tzinfo:
            return value.astimezone(UTC).isoformat()
        case time() | timedelta():
            return str(types.to_text(chunked([pa.array([value])]))[0])
        case bool() | dict() | list() | tuple():
            return to_json(value)
    return in_words(value)


def _is_encodable(value: str) -> bool:
    """Whether text has no half of a surrogate pair, which UTF-8 cannot write."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
