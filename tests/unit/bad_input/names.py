"""Names of columns: those of Bronze's own, clashes, other scripts, words of SQL."""

from typing import Any

import pyarrow as pa

from larder.landing.hints import renamed
from tests.unit.bad_input.case import Accepted, Case, Delivery, Quarantined, Refused, case
from tests.unit.bad_input.deliveries import arrow, rows

LONG = "x" * 300


def named(id: str, name: str, in_bronze: str, value: Any = "a") -> Case:
    """A column of a name is accepted under another."""
    return case(id, rows({"id": 1, name: value}), Accepted([value], column=in_bronze))


def clash(id: str, *names: str, words: str) -> Case:
    """Columns of these names are refused."""
    return case(id, rows({"id": 1} | dict.fromkeys(names, "Ann")), Refused(words), private=("Ann",))


def twice() -> Delivery:
    """An Arrow table with two columns of one name."""
    return arrow(
        pa.Table.from_arrays([pa.array([1]), pa.array(["Ann"]), pa.array(["Bob"])], ["id", "name", "name"]),
        ids=[1],
    )


CASES = [
    named("loaded_at", "_loaded_at", "source_loaded_at"),
    named("dlt_id", "_dlt_id", "source_dlt_id"),
    named("dlt_load_id", "_dlt_load_id", "source_dlt_load_id"),
    named("is_deleted", "_is_deleted", "source_is_deleted", value=True),
    named("business_date", "_business_date", "source_business_date"),
    named("dlt_parent_id", "_dlt_parent_id", "_dlt_parent_id"),
    named("german", "Größe", "größe"),
    named("japanese", "名前", "名前"),
    named("cyrillic_camel_case", "имяПользователя", "имя_пользователя"),
    named("hebrew", "שלום", "שלום"),
    named("decomposed", "e\u0301te\u0301", "été"),
    named("camel_case", "storeID", "store_id"),
    named("upper_case", "STORE", "store"),
    named("blanks", " Store  name ", "store_name"),
    named("dots_and_dashes", "a.b-c/d", "a_b_c_d"),
    named("digits_first", "2017_sales", "_2017_sales"),
    named("only_symbols", "%", "x"),
    named("quotes", 'a"b', "a_b"),
    named("line_break", "a\nb", "a_b"),
    named("byte_order_mark", "\ufeffname", "name"),
    named("select", "select", "select"),
    named("order", "order", "order"),
    named("from", "from", "from"),
    named("time", "time", "time"),
    named("timestamp", "timestamp", "timestamp"),
    named("place", "_place", "_place"),
    named("hash", "_hash", "_hash"),
    named("version", "_version", "_version"),
    named("very_long", LONG, LONG),
    named("emoji", "👍", "x"),
    clash(
        "camel_and_snake_case",
        "floorSpace",
        "floor_space",
        words="the columns floorSpace, floor_space have the same name in Bronze",
    ),
    clash("case_only", "Name", "name", words="the columns Name, name have the same name in Bronze"),
    clash("composed_and_decomposed", "é", "e\u0301", words="have the same name in Bronze, é"),
    clash(
        "own_name_and_its_substitute", "_loaded_at", "source_loaded_at", words="have the same name in Bronze"
    ),
    clash("only_symbols_twice", "%", "&", words="have the same name in Bronze"),
    clash("empty", "", words="column 2 has no name"),
    clash("invisible", "\u200b", words="column 2 has no name"),
    case(
        "same_name_twice",
        twice(),
        Refused("the source sends the column name twice", "Rename one of them"),
        private=("Ann", "Bob"),
    ),
    case("name_that_is_a_number", rows({"id": 1, 7: "a"}), Accepted(["a"], column="_7")),
    case(
        "clash_of_two_rows",
        rows({"id": 1, "floorSpace": 1}, {"id": 2, "floor_space": 2}),
        Refused("floorSpace, floor_space have the same name"),
    ),
    case(
        "new_spelling_later",
        rows({"id": 1, "floorSpace": 1}),
        Accepted([1], column="floor_space"),
        rows({"id": 2, "FLOOR_SPACE": 2}),
        Accepted([1, 2], column="floor_space"),
    ),
    case(
        "renamed",
        rows({"id": 1, "name": "a"}),
        Accepted(["a"], column="name"),
        rows({"id": 2, "fullName": "b"}, table_hints=renamed(fullName="name")),
        Accepted(["a", "b"], column="name"),
    ),
    case(
        "renamed_and_both",
        rows({"id": 1, "name": "a", "fullName": "b"}, table_hints=renamed(fullName="name")),
        Refused("full_name is renamed from name, and the source sends both", "Remove the hint"),
    ),
    case(
        "column_called_batch",
        rows(
            {"id": 1, "batch": "a", "value": "x"},
            {"id": 1, "batch": "a", "value": "y"},
            {"id": None, "batch": "a"},
        ),
        Quarantined([(1, "unique", None), ("None", "not_null", "id")], "", ["x"]),
    ),
    case(
        "place_in_a_merge",
        rows({"id": 1, "place": "a"}, {"id": 2, "place": "b"}, write_disposition="merge"),
        Accepted(["a", "b"], column="place"),
        rows({"id": 2, "place": "c"}, write_disposition="merge", ids=[]),
        Accepted(["a", "c"], column="place"),
    ),
    case(
        "key_called_record_id",
        rows(
            {"record_id": 1, "value": 1},
            {"record_id": 2, "value": "x"},
            key="record_id",
            ids=[1, 2],
            columns={"value": {"data_type": "bigint"}},
        ),
        Quarantined([(2, "type", "value")], "value", [1]),
        rows(
            {"record_id": 2, "value": 2}, key="record_id", ids=[2], columns={"value": {"data_type": "bigint"}}
        ),
        Accepted([1, 2]),
        key="record_id",
    ),
    case(
        "key_in_camel_case",
        rows({"storeId": 1, "order": "a"}, {"storeId": None, "order": "b"}, key=["storeId"], ids=[1, "None"]),
        Quarantined([("None", "not_null", "store_id")], "store_id is null", ["a"], column="order"),
        key="store_id",
    ),
]
