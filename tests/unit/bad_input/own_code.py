"""A source's own code: it fails midway, or yields what is not rows."""

from collections.abc import Iterator
from typing import Any

import dlt
import pandas as pd
import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Case, Delivery, Refused, case
from tests.unit.bad_input.deliveries import code

KINDS = "Yield dicts, Arrow tables or data frames"
PRIVATE = ("Ann", "Bob")


def yields(id: str, *items: Any, words: str) -> Case:
    """What a resource yields is refused."""
    return case(id, code(lambda: iter(items)), Refused(words, KINDS), private=PRIVATE)


def raises(id: str, error: Exception, *before: Any) -> Case:
    """A generator that fails after some items."""

    def generate() -> Iterator[Any]:
        yield from before
        raise error

    return case(id, code(generate), Refused(type(error).__name__, "own_code.py"), private=PRIVATE)


ROW = {"id": 1, "value": "Ann"}
TABLE = pa.table({"id": [1], "value": ["Ann"]})
CASES = [
    raises("raises_at_once", KeyError("Ann")),
    raises("raises_midway", ValueError("no member 'Ann'"), ROW),
    raises("raises_after_a_table", ZeroDivisionError("division by zero"), TABLE),
    raises("raises_lines", RuntimeError("one\n'Ann'\r\nthree")),
    raises("raises_nothing", AssertionError()),
    yields("text", "Ann", words="yields str"),
    yields("number", 7, words="yields int"),
    yields("text_after_rows", ROW, "Bob", words="yields str"),
    yields("table_after_rows", ROW, TABLE, words="yields Table"),
    yields("rows_after_a_table", TABLE, ROW, words="yields dict"),
    yields("list_of_texts", ["Ann", "Bob"], words="yields str"),
    case("none", code(lambda: iter([None])), Accepted([])),
    case("none_among_rows", code(lambda: iter([None, ROW, None]), [1]), Accepted(["Ann"])),
    case("nothing", code(lambda: iter([])), Accepted([])),
    case("empty_lists", code(lambda: iter([[], [ROW], []]), [1]), Accepted(["Ann"])),
    case("empty_table", code(lambda: iter([TABLE.slice(0, 0)])), Accepted([])),
    case("table_without_columns", code(lambda: iter([pa.table({})])), Accepted([])),
    case("empty_data_frame", code(lambda: iter([pd.DataFrame()])), Accepted([])),
    case(
        "data_frame_with_nan",
        code(lambda: iter([pd.DataFrame({"id": [1, 2], "value": [1, None]})]), [1, 2]),
        Accepted([1.0, None], "double"),
    ),
    case(
        "data_frame_of_several_kinds",
        code(lambda: iter([pd.DataFrame({"id": [1, 2], "value": [1, "a"]})]), [1, 2]),
        Refused("values of several kinds", "column value"),
        private=("'a'",),
    ),
    case("nested_lists", code(lambda: iter([[[ROW]]]), [1]), Refused(KINDS)),
    case(
        "resource_without_a_name",
        Delivery(lambda place: dlt.resource([ROW], primary_key="id"), ()),
        Refused("Resource name is missing"),
        names_table=False,
    ),
    case(
        "table_per_row",
        Delivery(
            lambda place: dlt.resource([ROW], name=place.table, primary_key="id", table_name=lambda row: "x"),
            (),
        ),
        Refused("its table's name depends on the row", "Declare one resource per table"),
        names_table=False,
    ),
]
