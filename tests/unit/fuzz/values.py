"""Strategies for values that sources send, with the edges of each type."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from hypothesis import strategies as st

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
EDGES = [0, 1, 2**7, 2**8, 2**15, 2**16, 2**24, 2**31, 2**32, 2**53, 2**60, 2**63, 2**64]
SURROGATE = "\ud800"
TEXTS = [
    "", " ", "null", "NULL", "NaN", "true", "0", "-1", "1.50", "12345678901234567890", "1e5", "2020-02-29",
    "2017-03-01T12:00:00Z", "9999-12-31", "0001-01-01", "O'Hara", '"quoted"', "a\\b", "a\nb",
    "😀", "é", "e\u0301", "{}", "[1]", "\u2028", "ß名", "\ufeff",
]  # fmt: skip


def integers(low: int, high: int) -> st.SearchStrategy[int]:
    """Whole numbers in a range, often those around powers of two."""
    around = [sign * edge + step for edge in EDGES for sign in (1, -1) for step in (-1, 0, 1)]
    edges = sorted({number for number in [low, high, *around] if low <= number <= high})
    return st.one_of(st.sampled_from(edges), st.integers(max(low, -100), min(high, 100)))


def floats(width: Literal[32, 64] = 64, *, is_finite: bool = False) -> st.SearchStrategy[float]:
    """Floating-point numbers that a width can hold, often edges."""
    finite = [0.0, -0.0, 1.0, 0.5, -2.0, 2.0**24, float(2**31)]
    finite += [0.1, 1e300, 5e-324, -1e-320, float(2**53), float(2**63), float(2**64)] if width == 64 else []
    odd = [] if is_finite else [float("nan"), float("inf"), float("-inf")]
    any_float = st.floats(width=width, allow_nan=not is_finite, allow_infinity=not is_finite)
    return st.one_of(st.sampled_from(finite + odd), any_float)


def decimals(precision: int, scale: int) -> st.SearchStrategy[Decimal]:
    """Decimals of up to so many digits, with all digits after the point."""
    most: int = 10**precision - 1
    small = min(most, 1000)
    digits = st.one_of(
        st.sampled_from([most, -most, 0, 1]), st.integers(-small, small), st.integers(-most, most)
    )
    return digits.map(lambda number: _scaled(number, scale))


def _scaled(number: int, scale: int) -> Decimal:
    return Decimal((int(number < 0), tuple(int(digit) for digit in str(abs(number))), -scale))


def texts(*, has_nul: bool = True, has_surrogate: bool = False) -> st.SearchStrategy[str]:
    """Text of any script, sometimes with a zero byte or half of a surrogate pair."""
    odd = (["a\0b"] if has_nul else []) + ([f"x{SURROGATE}"] if has_surrogate else [])
    characters = st.characters(codec="utf-8", min_codepoint=0 if has_nul else 1)
    return st.one_of(st.sampled_from(TEXTS + odd), st.text(characters, max_size=5))


def dates() -> st.SearchStrategy[date]:
    """Dates of the years 1 to 9999."""
    return st.one_of(st.sampled_from([date.min, date.max, date(1970, 1, 1), date(1582, 10, 10)]), st.dates())


def moments() -> st.SearchStrategy[datetime]:
    """Times in UTC, with microseconds, of the years 1 to 9999."""
    edges = [
        FIRST,
        LAST,
        EPOCH,
        EPOCH - timedelta(microseconds=1),
        datetime(1900, 1, 1, 0, 0, 1, 5, tzinfo=UTC),
    ]
    return st.one_of(st.sampled_from(edges), st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC)))


def microseconds(moment: datetime) -> int:
    """The microseconds from 1970 to a time."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def json_values() -> st.SearchStrategy[object]:
    """Any value of JSON without an object or a list around it."""
    return st.one_of(st.none(), st.booleans(), integers(-(2**64), 2**64), floats(is_finite=True), texts())


def objects() -> st.SearchStrategy[object]:
    """Objects and lists of JSON, also nested and empty."""
    names = st.sampled_from(["a", "b", "", "é", "a.b", "A"])

    def around(part: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        return st.one_of(st.lists(part, max_size=3), st.dictionaries(names, part, max_size=3))

    return around(st.recursive(json_values(), around, max_leaves=4))
