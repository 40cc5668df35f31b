"""Strategies for a table's deliveries: each with other columns, types and rows than the one before."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from tests.unit.fuzz.sent import Beyond, Column, Delivery

Columns = Callable[[int], st.SearchStrategy[Column]]
# Names of columns in sources, and in Bronze.
PLAIN = {f"c{number}": f"c{number}" for number in range(4)}
ODD = {
    "C0": "c0", "Größe": "größe", "名前": "名前", "floorSpace": "floor_space",
    "_loaded_at": "source_loaded_at",
    "_dlt_id": "source_dlt_id", "group": "group", "a.b": "a_b", "1st": "_1st",
    'a "b"': "a_bx", "a%b": "a_b", "e\u0301": "é",
}  # fmt: skip
NAMES = PLAIN | ODD


def deliveries(columns: Columns, options: dict[str, list[Any]]) -> st.SearchStrategy[list[Delivery]]:
    """One to three deliveries of a table.

    Args:
        columns: a way's strategy for a column in so many rows.
        options: how the source may be read.
    """
    return st.integers(1, 3).flatmap(
        lambda count: st.tuples(*(_delivery(columns, options, number) for number in range(count))).map(list)
    )


@st.composite
def _delivery(draw: st.DrawFn, columns: Columns, options: dict[str, list[Any]], number: int) -> Delivery:
    row_count = draw(st.integers(1, 5))
    odd = st.lists(st.sampled_from(sorted(ODD)), max_size=2)
    names = draw(st.lists(st.sampled_from(sorted(PLAIN)), unique=True, max_size=4))
    if draw(st.integers(0, 4)) == 0:
        names = list(dict.fromkeys([*names, *draw(odd)]))
    return Delivery(
        {name: draw(columns(row_count)) for name in names},
        row_count,
        first_id=1 + 10 * number,
        options={name: draw(st.sampled_from(choices)) for name, choices in options.items()},
    )


def refusal(delivery: Delivery) -> str:
    """What the error says if a delivery cannot be landed; empty if it can."""
    names = [NAMES[name] for name in delivery.columns]
    if len(set(names)) < len(names):
        return "have the same name in Bronze"
    is_beyond = any(
        isinstance(one, Beyond) for column in delivery.columns.values() for one in column.meanings
    )
    if is_beyond and delivery.options.get("use_pyarrow") is False:
        return "OverflowError at"  # Python has no such dates
    has_long = any(column.kind == "numeric(50, 2)" for column in delivery.columns.values())
    return "Declare at most 38" if has_long and not delivery.options["is_adapted"] else ""


def has_other_kinds(delivery: Delivery, known: dict[str, Any]) -> bool:
    """Whether a table of a database has a column that is of another kind of type in Bronze."""
    return "backend" in delivery.options and any(
        not _is_of_kind(column.kind, known[NAMES[name]])
        for name, column in delivery.columns.items()
        if NAMES[name] in known
    )


def _is_of_kind(kind: str, known: Any) -> bool:
    """Whether a type of PostgreSQL is of the kind of one of Bronze."""
    word = kind.partition("(")[0]
    if word == "numeric":
        return False  # text if it has no digits, or too many
    if word in ("smallint", "integer", "bigint", "real", "double precision"):
        return bool(pa.types.is_integer(known) or pa.types.is_floating(known) or pa.types.is_decimal(known))
    if word in OTHERS:
        return OTHERS[word](known)
    return bool(pa.types.is_large_string(known))


OTHERS: dict[str, Callable[[Any], bool]] = {
    "boolean": pa.types.is_boolean, "bytea": pa.types.is_large_binary, "date": pa.types.is_date,
    "timestamp": pa.types.is_timestamp, "timestamptz": pa.types.is_timestamp,
}  # fmt: skip
