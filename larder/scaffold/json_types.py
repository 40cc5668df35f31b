"""Types of an API's fields, from the values that it sent."""

from typing import Any

import pyarrow as pa

from larder.landing.contract import ARROW
from larder.scaffold.described import Column

LARGEST = 2**63 - 1
Row = dict[str, Any]


def describe_fields(rows: list[Row]) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns of rows as an API sent them, and the fields that had no value in any of them."""
    fields = list(dict.fromkeys(name for row in rows for name in row))
    values = {name: [row[name] for row in rows if row.get(name) is not None] for name in fields}
    columns = [
        Column(
            name,
            kind := kind_of(values[name]),
            is_optional=any(name not in row for row in rows),
            note="JSON text" if kind == "json" else "",
        )
        for name in fields
        if values[name]
    ]
    return tuple(columns), tuple(name for name in fields if not values[name])


def kind_of(values: list[Any]) -> str:
    """The type that fits all of a field's values, none of them null; JSON if nothing else does."""
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "bool"
    if kinds == {int}:
        return "bigint" if all(abs(value) <= LARGEST for value in values) else "json"
    if kinds <= {int, float}:
        return "double"
    if kinds == {str}:
        return next((kind for kind in ("date", "timestamp") if _reads_as(kind, values)), "text")
    return "json"


def _reads_as(kind: str, values: list[str]) -> bool:
    """Whether landing can read all of some texts as a type; times only with a time zone."""
    try:
        pa.array(values).cast(ARROW[kind])
    except pa.ArrowInvalid:
        return False
    return True
