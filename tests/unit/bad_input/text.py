"""Text: encodings, characters that some engine cannot hold, and text that looks like something else."""

import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Quarantined, case
from tests.unit.bad_input.deliveries import arrow, rows, values

LATIN1 = pa.array([b"M\xfcller", b"Ann"]).view(pa.string())
CUT_OFF = pa.array([b"Ann\xc3", b"Bob"]).view(pa.string())
OVERLONG = pa.array([b"\xc0\xaf", b"Bob"], pa.large_binary()).view(pa.large_string())
EMOJI = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
LONG = "x" * 3_000_000
TEXT = {"value": {"data_type": "text"}}

CASES = [
    case(
        "latin1_bytes",
        arrow(LATIN1),
        Quarantined([(1, "text", "value")], "value is not valid UTF-8", ["Ann"]),
        private=("ller",),
    ),
    case(
        "cut_off_utf8",
        arrow(CUT_OFF),
        Quarantined([(1, "text", "value")], "value is not valid UTF-8", ["Bob"], "string"),
    ),
    case(
        "overlong_utf8_in_large_text",
        arrow(OVERLONG),
        Quarantined([(1, "text", "value")], "value is not valid UTF-8", ["Bob"], "string"),
    ),
    case(
        "latin1_in_a_dictionary",
        arrow(pa.DictionaryArray.from_arrays(pa.array([0, 1, 0]), LATIN1)),
        Quarantined([(1, "text", "value"), (3, "text", "value")], "value is not valid UTF-8", ["Ann"]),
    ),
    case(
        "latin1_in_the_key",
        arrow(pa.table({"id": LATIN1, "value": [1, 2]}), ids=["M\\xfcller", "Ann"]),
        Quarantined([("M\\xfcller", "text", "id")], "id is not valid UTF-8; id is null", [2]),
    ),
    case(
        "lone_surrogate",
        values("Ann\ud800", "Bob"),
        Quarantined([(1, "text", "value")], "value is not valid Unicode", ["Bob"]),
        private=("Ann",),
    ),
    case(
        "lone_surrogate_in_an_object",
        values({"name": "Ann\ud800"}, {"name": "Bob"}),
        Quarantined([(1, "text", "value")], "value is not valid Unicode", ['{"name": "Bob"}']),
        private=("Ann",),
    ),
    case("surrogate_pair_in_an_escape", values({"a": "\U0001f600"}), Accepted(['{"a": "\U0001f600"}'])),
    case("nul", values("a\0b"), Accepted(["a\0b"], "string")),
    case("control_characters", values("a\x01\x1b[31m\x7f"), Accepted(["a\x01\x1b[31m\x7f"])),
    case("line_breaks", values("a\r\nb\u2028c\x85"), Accepted(["a\r\nb\u2028c\x85"])),
    case("byte_order_mark", values("\ufeffAnn"), Accepted(["\ufeffAnn"])),
    case("noncharacter", values("\uffff\U0010ffff"), Accepted(["\uffff\U0010ffff"])),
    case("emoji", values(EMOJI), Accepted([EMOJI])),
    case("right_to_left", values("\u202eשלום"), Accepted(["\u202eשלום"])),
    case("composed_and_decomposed", values("é", "e\u0301"), Accepted(["é", "e\u0301"])),
    case("empty_and_blank", values("", " ", None, "\t"), Accepted(["", " ", None, "\t"], "string")),
    case(
        "words_for_nothing", values("null", "NULL", "NaN", "None"), Accepted(["null", "NULL", "NaN", "None"])
    ),
    case(
        "backslashes_and_quotes",
        values("\\u0041\\", "'\";--", "%s{}"),
        Accepted(["\\u0041\\", "'\";--", "%s{}"]),
    ),
    case("very_long", values(LONG), Accepted([LONG], "string")),
    case(
        "text_then_bytes",
        values("a"),
        Accepted(["a"], "string"),
        rows({"id": 2, "value": b"\xff"}),
        Quarantined([(2, "type", "value")], "value", ["a"]),
    ),
    case("text_and_bytes_in_one_column", values("a", b"\xff"), Accepted(["a", "/w=="], "string")),
    case(
        "number_in_declared_text",
        values("a", 7, columns=TEXT),
        Quarantined([(2, "type", "value")], "value has a value of another type", ["a"]),
    ),
    case("leading_zeros", values("007", "7"), Accepted(["007", "7"], "string")),
]
