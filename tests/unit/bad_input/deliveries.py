"""Deliveries of a source's own code: dicts, Arrow tables, and whatever else it yields."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import dlt
import pyarrow as pa

from tests.unit.bad_input.case import Delivery, Place, Record

_numbers = count(1)


def new_records(ids: Iterable[Any]) -> tuple[Record, ...]:
    """Records that no other delivery has sent."""
    return tuple((str(one), f"version {next(_numbers)}") for one in ids)


def rows(*items: dict[Any, Any], key: Any = "id", ids: Any = None, **hints: Any) -> Delivery:
    """Rows as dicts; `ids` if the field `id` does not say which records they are."""
    records = tuple((str(item.get("id")), repr(item)) for item in items)
    return Delivery(
        lambda place: _resource(place, list(items), key, hints),
        records if ids is None else new_records(ids),
    )


def values(*values: Any, **hints: Any) -> Delivery:
    """A column `value` of rows with the ids 1, 2, …"""
    return rows(*({"id": number, "value": value} for number, value in enumerate(values, 1)), **hints)


def later(value: Any, **hints: Any) -> Delivery:
    """A row with the id 9, in a further delivery."""
    return rows({"id": 9, "value": value}, **hints)


def arrow(table: Any, key: Any = "id", ids: Any = None, **hints: Any) -> Delivery:
    """An Arrow table, or an array as its column `value`."""
    if not isinstance(table, pa.Table):
        table = pa.table({"id": range(1, len(table) + 1), "value": table})
    if ids is None:
        ids = table["id"].to_pylist()
    return Delivery(lambda place: _resource(place, [table], key, hints), new_records(ids))


def code(generate: Callable[[], Any], ids: Iterable[Any] = (), key: Any = "id", **hints: Any) -> Delivery:
    """What a generator of the source yields."""
    return Delivery(lambda place: _resource(place, generate, key, hints), new_records(ids))


def _resource(place: Place, items: Any, key: Any, hints: dict[str, Any]) -> Any:
    # A cursor holds the state of one load.
    made = {name: value() if callable(value) else value for name, value in hints.items()}
    table_hints = made.pop("table_hints", None)
    resource = dlt.resource(items, name=place.table, primary_key=key, **made)
    return resource.apply_hints(additional_table_hints=table_hints) if table_hints else resource
