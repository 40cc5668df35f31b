"""Keys: without a value, repeated, of another type, of several columns."""

from datetime import UTC, datetime
from typing import Any

import dlt
import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Delivery, Quarantined, Refused, case
from tests.unit.bad_input.deliveries import code, rows

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
NO_ID = [("None", "not_null", "id")]


def versions(*given: tuple[Any, datetime | None, str]) -> Delivery:
    """Rows of id, cursor and value."""
    items = [{"id": one, "changed": changed, "value": value} for one, changed, value in given]
    return rows(*items, incremental=lambda: dlt.sources.incremental[datetime]("changed"))


def batches(*tables: dict[str, list[Any]], ids: list[Any]) -> Delivery:
    """Arrow tables, one after another."""
    return code(lambda: (pa.table(one) for one in tables), ids)


CASES = [
    case(
        "null",
        rows({"id": 1}, {"id": None, "value": "a"}),
        Quarantined(NO_ID, "id is null", [1], column="id"),
    ),
    case("null_in_all_rows", rows({"id": None, "value": "a"}), Quarantined(NO_ID, "id is null")),
    case(
        "null_in_all_rows_then_good",
        rows({"id": None, "value": "a"}),
        Quarantined(NO_ID, "id is null"),
        rows({"id": 1, "value": "a"}),
        Quarantined(NO_ID, "", ["a"]),
    ),
    case(
        "null_in_all_rows_later",
        rows({"id": 1}),
        Accepted([1], column="id"),
        rows({"id": None, "value": "a"}),
        Quarantined(NO_ID, "id is null", [1], column="id"),
    ),
    case("missing_in_all_rows", rows({"value": "a"}), Refused("no longer has id", "bring it back")),
    case(
        "missing_in_all_rows_in_arrow",
        batches({"value": ["a"]}, ids=[]),
        Refused("no longer has id", "bring it back"),
    ),
    case(
        "null_in_all_rows_in_arrow",
        batches({"id": [None], "value": ["a"]}, ids=[None]),
        Quarantined(NO_ID, "id is null"),
    ),
    case("empty_text", rows({"id": ""}, {"id": "a"}), Accepted(["", "a"], "string", "id")),
    case("same_row_twice", rows({"id": 1, "value": "a"}, {"id": 1, "value": "a"}), Accepted(["a"])),
    case(
        "other_row_of_the_same_key",
        rows({"id": 1, "value": "a"}, {"id": 1, "value": "b"}),
        Quarantined([(1, "unique", None)], "another row with the same id", ["a"]),
    ),
    case(
        "three_rows_of_the_same_key",
        rows(
            {"id": 1, "value": "a"}, {"id": 1, "value": "b"}, {"id": 1, "value": "a"}, {"id": 1, "value": "c"}
        ),
        Quarantined([(1, "unique", None), (1, "unique", None)], "another row", ["a"]),
    ),
    case(
        "same_row_in_another_batch",
        batches({"id": [1, 2], "value": ["a", "b"]}, {"id": [2, 3], "value": ["b", "c"]}, ids=[1, 2, 3]),
        Accepted(["a", "b", "c"]),
    ),
    case(
        "other_row_in_another_batch",
        batches({"id": [1, 2], "value": ["a", "b"]}, {"id": [2, 3], "value": ["x", "c"]}, ids=[1, 2, 2, 3]),
        Quarantined([(2, "unique", None)], "another row with the same id", ["a", "b", "c"]),
    ),
    case(
        "changed_later",
        rows({"id": 1, "value": "a"}),
        Accepted(["a"]),
        rows({"id": 1, "value": "b"}),
        Accepted(["a", "b"]),
    ),
    case(
        "changed_and_changed_back",
        rows({"id": 1, "value": "a"}),
        Accepted(["a"]),
        rows({"id": 1, "value": "b"}),
        Accepted(["a", "b"]),
        rows({"id": 1, "value": "a"}, ids=[1]),
        Accepted(["a", "b", "a"]),
    ),
    case(
        "two_versions_in_one_delivery",
        versions((1, NOON, "a"), (1, NOON.replace(hour=13), "b")),
        Accepted(["a", "b"]),
    ),
    case(
        "same_version_with_other_values",
        versions((1, NOON, "a"), (1, NOON, "b")),
        Quarantined([(1, "unique", None)], "another row with the same id", ["a"]),
    ),
    case(
        "key_and_cursor_null",
        versions((None, None, "a"), (1, NOON, "b")),
        Quarantined([("None", "not_null", "id")], "id is null; changed is null or in the future", ["b"]),
    ),
    case(
        "text_after_numbers",
        rows({"id": 1, "value": "a"}),
        Accepted(["a"]),
        rows({"id": "x", "value": "b"}, {"id": 2, "value": "c"}),
        Quarantined([("x", "type", "id")], "id", ["a", "c"]),
    ),
    case(
        "number_as_text_after_numbers",
        rows({"id": 1, "value": "a"}),
        Accepted(["a"]),
        rows({"id": "1", "value": "b"}),
        Quarantined([("1", "type", "id")], "id", ["a"]),
    ),
    case(
        "fraction_after_numbers",
        rows({"id": 1, "value": "a"}, ids=["a"]),
        Accepted([1], "long", "id"),
        rows({"id": 1.5, "value": "b"}, ids=["b"]),
        Accepted([1.0, 1.5], "double", "id"),
        key="value",
    ),
    case(
        "numbers_after_text",
        rows({"id": "1", "value": "a"}),
        Accepted(["a"]),
        rows({"id": 1, "value": "b"}),
        Accepted(["a", "b"]),
    ),
    case("object", rows({"id": {"a": 1}, "value": "a"}, ids=["a"]), Accepted(["a"]), key="value"),
    case(
        "two_columns",
        rows(
            {"id": 1, "line": 1, "value": "a"},
            {"id": 1, "line": 2, "value": "b"},
            {"id": 1, "line": None, "value": "c"},
            key=["id", "line"],
        ),
        Quarantined([(1, "not_null", "line")], "line is null", ["a", "b"]),
    ),
    case(
        "two_columns_one_missing",
        rows({"id": 1, "value": "a"}, key=["id", "line"]),
        Refused("no longer has line"),
    ),
    case(
        "differs_in_case",
        rows({"id": "a", "value": 1}, {"id": "A", "value": 2}, {"id": "a ", "value": 3}),
        Accepted([2, 1, 3]),
    ),
    case(
        "beyond_64_bits", rows({"id": 2**63 + 1, "value": 1}, {"id": 2**63 + 2, "value": 2}), Accepted([1, 2])
    ),
    case("nothing_then_rows", rows(), Accepted([]), rows({"id": 1, "value": "a"}), Accepted(["a"])),
    case(
        "good_after_bad",
        rows({"id": 1, "value": "x"}, columns={"value": {"data_type": "bigint"}}),
        Quarantined([(1, "type", "value")], "value"),
        rows({"id": 1, "value": 7}, columns={"value": {"data_type": "bigint"}}),
        Accepted([7]),
    ),
    case(
        "merge_without_a_key",
        rows({"id": None, "value": "a"}, {"id": 1, "value": "b"}, write_disposition="merge"),
        Quarantined(NO_ID, "id is null", ["b"]),
    ),
    case(
        "append_without_a_key",
        rows({"id": 1}, key=()),
        Refused("append without a primary key", "Declare primary_key"),
        names_table=False,
    ),
    case(
        "replace_without_a_key",
        rows(
            {"id": 1, "value": "a"}, {"id": 1, "value": "a"}, key=(), ids=[1, 1], write_disposition="replace"
        ),
        Accepted(["a", "a"]),
    ),
]
