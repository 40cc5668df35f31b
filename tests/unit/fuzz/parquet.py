"""Rows in a Parquet file, with columns of Arrow's types."""

from datetime import MAXYEAR, UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from dlt.sources.filesystem import filesystem, read_parquet
from hypothesis import strategies as st

from tests.unit.fuzz import values
from tests.unit.fuzz.sent import Beyond, Column, Delivery, Digits, Json, Span, Words

# For a type checker: the stubs want literal names of units.
arrow: Any = pa
# A value as Arrow's builders take it, and its meaning.
Pair = tuple[Any, Any]
TICKS = {"s": 1, "ms": 1000, "us": 1_000_000, "ns": 1_000_000_000}


def _plain(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Pair]:
    return strategy.map(lambda value: (value, value))


def _moments(unit: str) -> st.SearchStrategy[Pair]:
    """Times as counts of a unit. Those of nanoseconds end in 2262."""
    if unit == "ns":
        return values.integers(2 - 2**63, 2**63 - 2).map(
            lambda ticks: (ticks, _from_microseconds(ticks // 1000))
        )
    step = 1_000_000 // TICKS[unit]
    return values.moments().map(
        lambda moment: (
            ticks := values.microseconds(moment) // step,
            _from_microseconds(ticks * step),
        )
    )


def _from_microseconds(count: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)


def _times(unit: str) -> st.SearchStrategy[Pair]:
    seconds = st.sampled_from([0, 1, 34_200, 86_399])
    return st.tuples(seconds, st.integers(0, TICKS[unit] - 1)).map(
        lambda time: (time[0] * TICKS[unit] + time[1], Words(_clock(*time, TICKS[unit])))
    )


def _clock(seconds: int, rest: int, ticks: int) -> str:
    fraction = f".{rest * 10**9 // ticks:09}".rstrip("0").rstrip(".")
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def _spans(unit: str) -> st.SearchStrategy[Pair]:
    most = 10 * 365 * 86_400 * TICKS[unit] // 1000
    return st.integers(-most, most).map(lambda ticks: (ticks, Span(ticks * 1_000_000 // TICKS[unit])))


def _json(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Pair]:
    return strategy.map(lambda value: (value, Json(value)))


def _out_of_range(strategy: st.SearchStrategy[Pair], *ticks: int) -> st.SearchStrategy[Pair]:
    out = st.sampled_from(ticks).map(lambda one: (one, Beyond()))
    return st.one_of(strategy, strategy, strategy, strategy, out)


def _list(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.one_of(st.none(), strategy), max_size=3)


def _struct(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({name: st.one_of(st.none(), field) for name, field in fields.items()})


def _signed(bits: int) -> st.SearchStrategy[Pair]:
    return _plain(values.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1))


DIGITS = ((5, 2), (20, 0), (38, 10), (38, 38))
DAYS = st.integers(-719_162, 2_932_896).map(
    lambda day: (day, (_from_microseconds(day * 86_400_000_000)).date())
)
KINDS: dict[pa.DataType, st.SearchStrategy[Pair]] = {
    **{arrow.type_for_alias(f"int{bits}"): _signed(bits) for bits in (8, 16, 32, 64)},
    **{arrow.type_for_alias(f"uint{bits}"): _plain(values.integers(0, 2**bits - 1)) for bits in (8, 32, 64)},
    arrow.float32(): _plain(values.floats(32)),
    arrow.float64(): _plain(values.floats()),
    arrow.bool_(): _plain(st.booleans()),
    arrow.string(): _plain(values.texts()),
    arrow.large_string(): _plain(values.texts()),
    arrow.dictionary(arrow.int32(), arrow.string()): _plain(values.texts()),
    arrow.binary(): _plain(st.binary(max_size=5)),
    arrow.binary(4): _plain(st.binary(min_size=4, max_size=4)),
    arrow.date32(): _out_of_range(DAYS, -719_163, 2_932_897, 2**31 - 1, -(2**31)),
    **{arrow.timestamp(unit, zone): _moments(unit) for unit in TICKS for zone in (None, "UTC")},
    # Python has no local times after 9999.
    arrow.timestamp("ms", "Asia/Tokyo"): _moments("ms").filter(lambda pair: 1 < pair[1].year < MAXYEAR),
    arrow.timestamp("us"): _out_of_range(_moments("us"), 2**63 - 1, -(2**63) + 1, 253_402_300_800_000_000),
    **{arrow.time32(unit): _times(unit) for unit in ("s", "ms")},
    **{arrow.time64(unit): _times(unit) for unit in ("us", "ns")},
    **{arrow.duration(unit): _spans(unit) for unit in ("s", "ms", "us")},
    **{arrow.decimal128(*digits): _plain(values.decimals(*digits)) for digits in DIGITS},
    arrow.decimal256(60, 5): values.decimals(60, 5).map(lambda number: (number, Digits(number))),
    arrow.list_(arrow.int64()): _json(_list(values.integers(-(2**63), 2**63 - 1))),
    arrow.list_(arrow.float64()): _json(_list(values.floats())),
    arrow.list_(arrow.string()): _json(_list(values.texts())),
    arrow.struct({"a": arrow.int64(), "b": arrow.string()}): _json(
        _struct(a=st.integers(-5, 5), b=values.texts())
    ),
    arrow.struct({"é": arrow.list_(arrow.bool_()), "p": arrow.decimal128(38, 10)}): _json(
        _struct(é=_list(st.booleans()), p=values.decimals(38, 10))
    ),
    arrow.map_(arrow.string(), arrow.int64()): st.dictionaries(
        values.texts(), st.integers(-5, 5), max_size=3
    ).map(lambda value: (list(value.items()), Json(value))),
    arrow.null(): st.just((None, None)),
}  # fmt: skip
KIND_LIST = list(KINDS)


@st.composite
def columns(draw: st.DrawFn, row_count: int) -> Column:
    """A column in so many rows, null in some."""
    kind = draw(st.sampled_from(KIND_LIST))
    value = st.one_of(KINDS[kind], KINDS[kind], KINDS[kind], st.just((None, None)))
    pairs = draw(st.lists(value, min_size=row_count, max_size=row_count))
    return Column(kind, [given for given, _ in pairs], [meaning for _, meaning in pairs])


def resource(folder: Path, table: str, delivery: Delivery) -> Any:
    """Write the rows to a file that dlt's `filesystem` reads, as Arrow data or as Python objects."""
    arrays = {name: _array(column) for name, column in delivery.columns.items()}
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        arrow.table({"id": arrow.array(delivery.ids(), arrow.int64()), **arrays}), folder / f"{table}.parquet"
    )
    reader = read_parquet(**delivery.options)
    files = filesystem(folder.as_uri(), file_glob=f"{table}.parquet")
    return (files | reader).with_name(table).apply_hints(primary_key="id")


def _array(column: Column) -> Any:
    kind = column.kind
    if arrow.types.is_temporal(kind):
        ticks = arrow.array(column.given, arrow.int32() if kind.bit_width == 32 else arrow.int64())
        return ticks.view(kind)
    return arrow.array(column.given, kind)
