"""Pages of an API that are not what they should be: see `api.py`."""

from typing import Any

from tests.unit.bad_input.api import always, people, text
from tests.unit.bad_input.case import Accepted, Case, Quarantined, Refused, case
from tests.unit.raw_api import Sent, page

ONE = '{"data": [{"id": 1, "value": "Jürgen"}], "next": null}'
NOT_JSON = "not valid JSON"
PRIVATE = ("Jürgen", "rgen", "a-secret-token")


def accepted(id: str, sent: Sent, value: Any = "Jürgen") -> Case:
    """A page with one row."""
    return case(id, always(sent, 1), Accepted([value]))


def refused(id: str, sent: Sent, *words: str) -> Case:
    """A page that stops the load."""
    return case(id, always(sent), Refused("/v1/people", *words), private=PRIVATE)


def status(code: int, *words: str) -> Case:
    """An answer with a status of HTTP."""
    return refused(f"status_{code}", Sent(ONE.encode(), status=code), f"{code}", *words)


CASES = [
    accepted("json_as_text_plain", text(ONE, "text/plain")),
    accepted("json_declared_latin1", text(ONE, "application/json; charset=iso-8859-1")),
    accepted("json_of_no_type", text(ONE, None)),
    accepted("byte_order_mark", text(ONE.encode("utf-8-sig"))),
    accepted("utf16", text(ONE.encode("utf-16"))),
    accepted("fields_in_another_order", page({"next": None, "data": [{"id": 1, "value": "a"}]}), "a"),
    refused("latin1", text(ONE.encode("latin-1")), "not valid UTF-8", "once the API works"),
    refused("nan", text('{"data": [{"id": 1, "value": NaN}], "next": null}'), "it has NaN"),
    refused(
        "number_beyond_a_double", text('{"data": [{"id": 1, "value": 1e400}]}'), "too large for a double"
    ),
    refused("key_twice", text('{"data": [{"id": 1, "value": "Jürgen", "value": 2}]}'), "the key value twice"),
    refused("html", text("<!DOCTYPE html><p>Jürgen</p>", "text/html"), "HTML or XML, not valid JSON"),
    refused("truncated", text(ONE[:30]), NOT_JSON),
    refused("empty_body", text(""), "empty, not valid JSON"),
    refused("error_object", page({"error": "Jürgen is not allowed"}), "no longer answers"),
    refused("null", page(None), "no longer answers"),
    refused("list_instead_of_object", page([{"id": 1, "value": "Jürgen"}]), "no longer answers"),
    refused("rows_renamed", page({"items": [{"id": 1}], "next": None}), "no longer answers"),
    refused("object_instead_of_rows", page({"data": {"1": "Jürgen"}, "next": None}), "no longer answers"),
    refused("text_instead_of_rows", page({"data": "Jürgen", "next": None}), "no longer answers"),
    refused("scalars_instead_of_rows", page({"data": [1, "Jürgen"], "next": None}), "no longer answers"),
    refused("link_missing", page({"data": [{"id": 1}]}), "no longer answers"),
    refused("link_is_a_number", page({"data": [{"id": 1}], "next": 2}), "no longer answers"),
    refused("a_row_is_null", page({"data": [{"id": 1}, None], "next": None}), "no longer answers"),
    case("rows_null", always(page({"data": None, "next": None})), Accepted([])),
    case("no_rows", always(page({"data": [], "next": None})), Accepted([])),
    case("no_content", always(Sent(status=204, content_type=None)), Accepted([])),
    case(
        "key_missing_in_a_row",
        always(page({"data": [{"id": 1, "value": "a"}, {"value": "b"}], "next": None}), 1, None),
        Quarantined([("None", "missing", "id")], "id is missing; id is null", ["a"]),
    ),
    case(
        "key_renamed",
        always(page({"data": [{"ID_": 1}], "next": None})),
        Refused("no longer sends id"),
        private=PRIVATE,
    ),
    case("key_as_text", always(people(1, "2"), 1, 2), Quarantined([(2, "type", "id")], "id", ["Ann"])),  # type: ignore[arg-type]
    case(
        "optional_field_missing",
        always(page({"data": [{"id": 1}], "next": None}), 1),
        Accepted([None], "string"),
    ),
    case(
        "nested_path",
        always(page({"body": {"rows": [{"id": 1, "value": "a"}]}, "next": None}), 1, selector="body.rows"),
        Accepted(["a"]),
    ),
    case(
        "nested_path_missing",
        always(page({"body": {}, "next": None}), selector="body.rows"),
        Refused("no longer answers", "body.rows"),
    ),
    case(
        "large_number_in_text_column",
        always(people(1, value=2**70), 1),
        Quarantined([(1, "type", "value")], "value has a value of another type"),
    ),
    case(
        "lone_surrogate_in_an_escape",
        always(text('{"data": [{"id": 1, "value": "\\ud800"}], "next": null}'), 1),
        Quarantined([(1, "text", "value")], "value is not valid Unicode"),
    ),
    case(
        "nul_in_an_escape",
        always(text('{"data": [{"id": 1, "value": "a\\u0000"}], "next": null}'), 1),
        Accepted(["a\0"]),
    ),
    status(401, "refused the token"),
    status(403, "refused the token"),
    status(404, "answered 404"),
    status(429, "to every try"),
    status(500, "to every try"),
    status(503, "to every try"),
]
