"""What a page of JSON is read as, and which pages are refused."""

import pytest

from larder.landing.apis.json_pages import NotJson, at_path, parse


@pytest.mark.parametrize(
    ("page", "value"),
    [
        ('{"a": "ä"}'.encode(), {"a": "ä"}),
        ('{"a": "ä"}'.encode("utf-8-sig"), {"a": "ä"}),
        ('{"a": "ä"}'.encode("utf-16"), {"a": "ä"}),
        ('{"a": "ä"}'.encode("utf-16-le"), {"a": "ä"}),
        ('{"a": "ä"}'.encode("utf-32-be"), {"a": "ä"}),
        (b' \n[1, "\\u00e4"]\r\n', [1, "ä"]),
        (b'{"n": 123456789012345678901234567890}', {"n": 123456789012345678901234567890}),
        (b'{"n": 0.1000000000000000055511151231257827}', {"n": 0.1}),
        (b'{"n": -0.0, "m": 1e308}', {"n": -0.0, "m": 1e308}),
        (b'{"a": {"x": 1}, "b": {"x": 2}}', {"a": {"x": 1}, "b": {"x": 2}}),
        (b'"\\u0000"', "\0"),
        (b"null", None),
    ],
)
def test_a_page_is_read_by_its_bytes(page: bytes, value: object) -> None:
    assert parse(page) == value


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"", "empty, not valid JSON"),
        (b" \n", "empty, not valid JSON"),
        (b"\xef\xbb\xbf", "empty, not valid JSON"),
        (b"<!doctype html><html>", "HTML or XML, not valid JSON"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?>", "HTML or XML, not valid JSON"),
        ('{"name": "Müller"}'.encode("latin-1"), "not valid UTF-8 (byte 12)"),
        (b'{"name": "Ann\xc3', "not valid UTF-8 (byte 14)"),
        (b'{"a": NaN}', "not valid JSON (it has NaN)"),
        (b'{"a": [Infinity]}', "not valid JSON (it has Infinity)"),
        (b'{"a": -Infinity}', "not valid JSON (it has -Infinity)"),
        (b'{"a": 1e400}', "a number that is too large for a double"),
        (b'{"a": 1' + b"0" * 5000 + b"}", "a number of thousands of digits"),
        (b'{"a": 1, "a": 2}', "an object has the key a twice"),
        (b'[{"b": {"ann@example.com": 1, "ann@example.com": 1}}]', "an object has a key twice"),
        (b'{"a": 01}', "not valid JSON (Expecting"),
        (b"{'a': 1}", "not valid JSON (Expecting"),
        (b'{"a": 1,}', "not valid JSON ("),
        (b'{"a": [1, 2', "not valid JSON (Expecting"),
        (b'{"a": 1}{"a": 2}', "not valid JSON (Extra data"),
        (b'{"a": "\x01"}', "not valid JSON (Invalid control character"),
        (b"{" * 100_000, "not valid JSON ("),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    ],
)
def test_a_page_that_is_not_json_is_refused_without_its_values(page: bytes, words: str) -> None:
    with pytest.raises(NotJson) as caught:
        parse(page)
    line = str(caught.value)
    assert words in line
    assert "\n" not in line
    assert not any(value in line for value in ("ller", "ann@"))


def test_a_path_leads_into_a_page() -> None:
    page = {"links": {"next": None}, "data": []}
    assert at_path(page, "links.next", 0) is None
    assert at_path(page, "links.prev", 0) == 0
    assert at_path(page, "data.next", 0) == 0
