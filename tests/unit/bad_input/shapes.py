"""Shapes: nested values, columns that come, go or have no value yet, and rows of several kinds."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Quarantined, Refused, case
from tests.unit.bad_input.deliveries import arrow, rows, values

TEXT: Any = {"value": {"data_type": "text"}}
JSON: Any = {"value": {"data_type": "json"}}
OPTIONAL: Any = {"value": {"data_type": "bigint", "nullable": True}}
BIGINT: Any = {"value": {"data_type": "bigint"}}
STRUCT = pa.array([{"a": 1, "b": [1, 2]}, None], pa.struct([("a", pa.int64()), ("b", pa.list_(pa.int64()))]))
MAP = pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64()))
NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)


def second(value: Any, **hints: Any) -> Any:
    """The row 2 of a further delivery."""
    return rows({"id": 2, "value": value}, **hints)


def late(value: Any, kind: str, stored: Any = ...) -> Any:
    """A second delivery brings a new column."""
    held = value if stored is ... else stored
    return rows({"id": 1}), Accepted([1], column="id"), second(value), Accepted([None, held], kind)


CASES = [
    case("object", values({"a": {"b": [1, None]}}), Accepted(['{"a": {"b": [1, null]}}'], "string")),
    case(
        "object_gains_a_key",
        values({"a": 1}),
        Accepted(['{"a": 1}']),
        second({"a": 1, "b": 2}),
        Accepted(['{"a": 1}', '{"a": 1, "b": 2}']),
    ),
    case(
        "object_loses_a_key",
        values({"a": 1, "b": 2}),
        Accepted(['{"a": 1, "b": 2}']),
        second({"b": 2}),
        Accepted(['{"a": 1, "b": 2}', '{"b": 2}']),
    ),
    case(
        "object_changes_a_type",
        values({"a": 1}, {"a": "x"}, {"a": [1]}),
        Accepted(['{"a": 1}', '{"a": "x"}', '{"a": [1]}']),
    ),
    case("empty_object_and_list", values({}, []), Accepted(["{}", "[]"], "string")),
    case("empty_struct_in_arrow", arrow(pa.array([{}], pa.struct([]))), Accepted(["{}"], "string")),
    case(
        "empty_list_in_arrow",
        arrow(pa.array([[], None], pa.list_(pa.null()))),
        Accepted(["[]", None], "string"),
    ),
    case("mixed_list", values([1, "a", None, {"b": 1.5}]), Accepted(['[1, "a", null, {"b": 1.5}]'])),
    case("objects_and_lists", values({"a": 1}, [1]), Accepted(['{"a": 1}', "[1]"])),
    case(
        "scalar_then_object",
        values(1),
        Accepted([1], "long"),
        second({"a": 1}),
        Quarantined([(2, "type", "value")], "value", [1], "long"),
    ),
    case(
        "object_then_scalar", values({"a": 1}), Accepted(['{"a": 1}']), second(7), Accepted(['{"a": 1}', "7"])
    ),
    case(
        "scalars_and_objects",
        values(1, {"a": 1}, "x", True),
        Accepted(["1", '{"a": 1}', "x", "true"], "string"),
    ),
    case(
        "object_in_declared_text",
        values("a", {"b": 1}, columns=TEXT),
        Quarantined([(2, "type", "value")], "value has a value of another type", ["a"]),
    ),
    case(
        "object_in_declared_number",
        values(1, {"b": 1}, columns=BIGINT),
        Quarantined([(2, "type", "value")], "value has a value of another type", [1]),
    ),
    case(
        "scalars_in_declared_json",
        values({"a": 1}, [1], 7, None, columns=JSON),
        Accepted(['{"a": 1}', "[1]", "7", None], "string"),
    ),
    case(
        "values_without_json_inside",
        values({"at": NOON, "on": date(2017, 3, 1), "price": Decimal("1.10"), "raw": b"\xff"}),
        Accepted(['{"at": "2017-03-01T12:00:00+00:00", "on": "2017-03-01", "price": "1.10", "raw": "/w=="}']),
    ),
    case("nan_inside", values({"a": float("nan")}), Accepted(['{"a": "NaN"}'], "string")),
    case(
        "infinity_inside_arrow",
        arrow(pa.array([{"a": float("inf")}, {"a": 0.5}])),
        Accepted(['{"a": "Infinity"}', '{"a":0.5}']),
    ),
    case("number_beyond_64_bits_inside", values({"a": 2**70}), Accepted([f'{{"a": {2**70}}}'])),
    case("tuple_and_set", values((1, 2)), Accepted(["[1, 2]"])),
    case("struct_in_arrow", arrow(STRUCT), Accepted(['{"a":1,"b":[1,2]}', None], "string")),
    case("map_in_arrow", arrow(MAP), Accepted(['{"k":1}', "{}"], "string")),
    case(
        "dictionary_in_arrow",
        arrow(pa.array(["a", "b", None, "a"]).dictionary_encode()),
        Accepted(["a", "b", None, "a"], "string"),
    ),
    case("fixed_size_bytes", arrow(pa.array([b"abcd"], pa.binary(4))), Accepted([b"abcd"], "binary")),
    case("view_types", arrow(pa.array(["a"], pa.string_view())), Accepted(["a"], "string")),
    case("null_type_in_arrow", arrow(pa.nulls(2)), Accepted([1, 2], column="id")),
    case(
        "null_in_all_rows_then_a_number",
        values(None, None),
        Accepted([1, 2], column="id"),
        rows({"id": 3, "value": 7}),
        Accepted([None, None, 7], "long"),
    ),
    case("declared_but_null_in_all_rows", values(None, columns=BIGINT), Accepted([None], "long")),
    case(
        "declared_but_missing_in_a_row",
        rows({"id": 1, "value": 1}, {"id": 2}, columns=BIGINT),
        Quarantined([(2, "missing", "value")], "value is missing", [1]),
    ),
    case("optional_and_missing", rows({"id": 1}, columns=OPTIONAL), Accepted([None], "long")),
    case("vanished", values(1), Accepted([1]), rows({"id": 2}), Accepted([1, None])),
    case(
        "vanished_from_the_contract",
        values(1, columns=BIGINT),
        Accepted([1]),
        rows({"id": 2}, columns=BIGINT),
        Refused("no longer sends value", "bring it back"),
    ),
    case(
        "vanished_from_the_contract_in_arrow",
        values(1, columns=BIGINT),
        Accepted([1]),
        arrow(pa.table({"id": [2]}), columns=BIGINT),
        Refused("no longer has value", "bring it back"),
    ),
    case(
        "back_with_another_type",
        values(1),
        Accepted([1]),
        rows({"id": 2}),
        Accepted([1, None]),
        rows({"id": 3, "value": "x"}),
        Quarantined([(3, "type", "value")], "value", [1, None]),
    ),
    case("new_number", *late(7, "long")),
    case("new_text", *late("a", "string")),
    case("new_fraction", *late(0.5, "double")),
    case("new_decimal", *late(Decimal("1.25"), "decimal(3, 2)")),
    case("new_boolean", *late(True, "boolean")),
    case("new_date", *late(date(2017, 3, 1), "date")),
    case("new_timestamp", *late(NOON, "timestamptz")),
    case("new_bytes", *late(b"\xff", "binary")),
    case("new_object", *late({"a": 1}, "string", '{"a": 1}')),
    case(
        "many_columns",
        rows({"id": 1} | {f"value_{n}": n for n in range(400)}),
        Accepted([399], column="value_399"),
    ),
    case(
        "row_without_a_field",
        rows({"id": 1}, {}),
        Quarantined([("None", "not_null", "id")], "id is null", [1], column="id"),
    ),
]
