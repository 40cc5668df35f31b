"""The types that Bronze stores, which pyiceberg, Spark and DuckDB all read, and how to convert to them.

There is one width per kind of type, so a source may widen a column without breaking anything. What the three
engines do not share becomes text: times, intervals and unknown types in their own words, nested values as
JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from larder.lake.columnar import Kind, Values, chunked, nulls, pc, repeat
from larder.landing.arrow_sql import query
from larder.landing.conversion.json_text import to_json

# What pyarrow, DuckDB and Python raise for a value that has no equal in another type.
UNFIT = (pa.ArrowException, duckdb.Error, OverflowError, ValueError)
TIMESTAMP = pa.timestamp("us", "UTC")
LOCAL_TIMESTAMP = pa.timestamp("us")
MOST_DIGITS = 38
INT64_DIGITS = 19
# What DuckDB may write for NaN and infinity, also if it is part of a text.
NOT_JSON = r"[:\[,]\s*-?(?i:nan|inf)"
# The first and last moment of the years 1 to 9999, in days and microseconds since 1970.
DAYS = (-719_162, 2_932_896)
MICROSECONDS = (DAYS[0] * 86_400_000_000, (DAYS[1] + 1) * 86_400_000_000 - 1)


@dataclass(frozen=True)
class Converted:
    """A column in another type. `failed` is true where a value does not convert; None if all do."""

    values: Values
    failed: Values | None = None

    def then(self, following: "Converted") -> "Converted":
        """The result of a further conversion of these values."""
        return Converted(following.values, either(self.failed, following.failed))


def either(one: Values | None, other: Values | None) -> Values | None:
    """Where one of two masks is true; None is a mask without any."""
    if one is None or other is None:
        return other if one is None else one
    return pc.or_(one, other)


def stored_type(kind: pa.DataType) -> pa.DataType:
    """The type in which Bronze stores a type; null stays null, since it says nothing yet.

    A timestamp without a time zone is read as UTC. Decimals keep their digits, up to 38.
    """
    kind = plain(kind)
    if pa.types.is_uint64(kind):
        return pa.decimal128(20, 0)
    if pa.types.is_decimal(kind):
        return _stored_decimal(kind)
    if pa.types.is_null(kind):
        return kind
    return next((stored for stored, holds in STORED if holds(kind)), pa.string())


def store(column: Values) -> Converted:
    """Convert a column to the type in which Bronze stores it. Digits below the microsecond are dropped."""
    column = decode(column)
    kind, target = column.type, stored_type(column.type)
    if pa.types.is_date(kind):
        return _store_dates(column)
    if pa.types.is_timestamp(kind):
        return _store_timestamps(column)
    if kind == target:
        return Converted(column)
    if pa.types.is_nested(kind):
        return _try_each(column, target, lambda part, _: _to_json(part))
    if pa.types.is_string(target):
        return _try_each(column, target, lambda part, _: to_text(part))
    return cast(column, target)


def cast(column: Values, target: pa.DataType) -> Converted:
    """Convert a column from one of Bronze's types to another, without loss.

    Numbers become other numbers of the same value; ISO 8601 text becomes dates and timestamps, digits become
    decimals. The caller checks that the kinds fit.
    """
    return Converted(column) if column.type == target else _try_each(column, target, _convert)


def to_text(column: Values) -> Values:
    """The values in their own words, as DuckDB or Arrow writes them.

    Raises:
        pa.ArrowInvalid or duckdb.Error: a value has none, such as a time after 24:00.
    """
    kind = column.type
    # Arrow has no words for intervals, and writes a duration as a count of its unit.
    if pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return _ask("cast(value as varchar)", column)
    texts = column.cast(pa.string())
    if pa.types.is_time(kind) and pc.any(pc.starts_with(texts, "<")).as_py():
        raise pa.ArrowInvalid("a time is not of a day")
    return texts


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is text of any width."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_binary(kind: pa.DataType) -> bool:
    """Whether a type is bytes of any width."""
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def is_number(kind: pa.DataType) -> bool:
    """Whether a type is a number."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


# The widest type of each kind.
STORED: list[tuple[pa.DataType, Callable[[pa.DataType], bool]]] = [
    (pa.int64(), pa.types.is_integer),
    (pa.float64(), pa.types.is_floating),
    (pa.bool_(), pa.types.is_boolean),
    (pa.binary(), is_binary),
    (pa.date32(), pa.types.is_date),
    (TIMESTAMP, pa.types.is_timestamp),
]


def plain(kind: pa.DataType) -> pa.DataType:
    """The type of the values themselves, without an extension or a dictionary around it."""
    while isinstance(kind, pa.BaseExtensionType) or pa.types.is_dictionary(kind):
        kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind.value_type
    return kind


def _stored_decimal(kind: Kind) -> pa.DataType:
    precision, scale = kind.precision, kind.scale
    if scale < 0:
        precision, scale = precision - scale, 0
    return pa.decimal128(precision, scale) if precision <= MOST_DIGITS else pa.string()


def decode(column: Values) -> Values:
    """The values themselves, without an extension type or a dictionary around them."""
    while column.type != plain(column.type):
        if isinstance(column.type, pa.BaseExtensionType):
            chunks = [chunk.storage for chunk in column.chunks]
            column = chunked(chunks, column.type.storage_type)
        else:
            column = column.cast(column.type.value_type)
    return column


def _store_dates(column: Values) -> Converted:
    if pa.types.is_date64(column.type):
        days = _within(pc.divide(column.cast(pa.int64()), 86_400_000), DAYS, pa.int32())
        return Converted(days.values.cast(pa.date32()), days.failed)
    return _within(column.cast(pa.int32()), DAYS, pa.date32())


def _store_timestamps(column: Values) -> Converted:
    ticks = column.cast(pa.int64())
    if column.type.unit == "ns":
        # Floor division, also before 1970.
        rest = pc.subtract(ticks, pc.multiply(pc.divide(ticks, 1000), 1000))
        whole = pc.subtract(pc.divide(ticks, 1000), pc.if_else(pc.less(rest, 0), 1, 0))
        return _within(whole, MICROSECONDS, TIMESTAMP)
    factor = {"s": 1_000_000, "ms": 1000, "us": 1}[column.type.unit]
    bounds = (-(-MICROSECONDS[0] // factor), MICROSECONDS[1] // factor)
    kept = _within(ticks, bounds, pa.int64())
    scaled = kept.values if factor == 1 else pc.multiply(kept.values, factor)
    return Converted(scaled.cast(TIMESTAMP), kept.failed)


def _within(numbers: Values, bounds: tuple[int, int], kind: pa.DataType) -> Converted:
    """Numbers as dates or timestamps; those beyond the years 1 to 9999, such as infinity, fail."""
    found = pc.min_max(numbers)
    low, high = found["min"].as_py(), found["max"].as_py()
    if low is None or (low >= bounds[0] and high <= bounds[1]):
        return Converted(numbers.cast(kind))
    outside = pc.fill_null(pc.or_(pc.less(numbers, bounds[0]), pc.greater(numbers, bounds[1])), False)
    return Converted(pc.if_else(outside, None, numbers).cast(kind), outside)


def _try_each(
    column: Values, target: pa.DataType, convert: Callable[[Values, pa.DataType], Values]
) -> Converted:
    """Convert a column whole, or if that fails in halves, down to the values that do not convert."""
    try:
        return Converted(convert(column, target))
    except UNFIT:
        pass  # it is converted in parts
    pieces: list[Values] = []
    failures: list[Values] = []
    pending = [column]
    while pending:
        part = pending.pop()
        try:
            converted = convert(part, target)
        except UNFIT:
            if len(part) > 1:
                middle = len(part) // 2
                pending += [part.slice(middle), part.slice(0, middle)]
                continue
            pieces += nulls(1, target).chunks
            failures.append(pa.array([True]))
        else:
            pieces += converted.chunks
            failures.append(repeat(False, pa.bool_(), len(part)))
    return Converted(chunked(pieces, target), chunked(failures, pa.bool_()))


def _convert(column: Values, target: pa.DataType) -> Values:
    """Convert a column without loss.

    Raises:
        pa.ArrowInvalid: a value has no equal in the other type.
    """
    kind = column.type
    if pa.types.is_decimal(target):
        return _to_decimal(column, target)
    if pa.types.is_decimal(kind) and pa.types.is_floating(target):
        numbers = column.cast(target)
        if not _convert(numbers, kind).equals(column):
            raise pa.ArrowInvalid("a decimal has more digits than a floating-point number")
        return numbers
    if is_text(kind) and target == TIMESTAMP:
        return _parse_timestamps(column)
    if is_text(kind) and pa.types.is_date(target):
        return _checked(store(column.cast(target)))
    return column.cast(target)


def _to_decimal(column: Values, target: Kind) -> Values:
    # Of numbers that are too large, Arrow may drop the first bits without an error.
    sizes = pc.abs(column.cast(pa.float64(), safe=False))
    if (largest := pc.max(sizes).as_py()) is not None and largest > 10.0 ** (target.precision - target.scale):
        raise pa.ArrowInvalid("a number has too many digits")
    if not pa.types.is_decimal(column.type):
        # By its shortest digits: 0.1 is the decimal 0.1. Arrow wants room for all 64 bits of any integer.
        column = column.cast(pa.string())
    return column.cast(target)


def _parse_timestamps(column: Values) -> Values:
    try:
        return column.cast(TIMESTAMP)
    except pa.ArrowInvalid:
        return _checked(store(column.cast(pa.timestamp("ns", "UTC"))))


def _checked(converted: Converted) -> Values:
    if converted.failed is not None:
        raise pa.ArrowInvalid("a value is beyond the years 1 to 9999")
    return converted.values


def has_wide_fraction(kind: Kind) -> bool:
    """Whether a type is or holds a decimal that DuckDB writes as `.5`, which is not valid JSON."""
    if pa.types.is_decimal(kind):
        return bool(kind.scale == kind.precision)
    return any(has_wide_fraction(kind.field(place).type) for place in range(kind.num_fields))


def _to_json(column: Values) -> Values:
    if has_wide_fraction(column.type):
        return _to_json_by_python(column)
    try:
        texts = _ask("cast(to_json(value) as varchar)", column)
    except (duckdb.Error, pa.ArrowException):  # DuckDB has no structs without fields, nor Arrow's unions
        return _to_json_by_python(column)
    odd = pc.fill_null(pc.match_substring_regex(texts, NOT_JSON), False)
    return pc.if_else(odd, _to_json_by_python(column), texts) if pc.any(odd).as_py() else texts


def _to_json_by_python(column: Values) -> Values:
    values = column.to_pylist(maps_as_pydicts="lossy")
    return chunked([pa.array([None if value is None else to_json(value) for value in values], pa.string())])


def _ask(expression: str, column: Values) -> Values:
    """What DuckDB computes from each value of a column."""
    sql = f"select {expression} as value from column_values"  # noqa: S608 an expression of this module
    return query(sql, column_values=pa.table({"value": column}))["value"]
