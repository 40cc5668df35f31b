"""Parse a page or line of JSON strictly: UTF-8, without what is not JSON, and nothing lost without a word."""

import json
import math
import re
from typing import Any

# A key that may be shown: others could hold personal data.
PLAIN_KEY = re.compile(r"[A-Za-z_][\w.-]{0,60}", re.ASCII)


class NotJson(ValueError):
    """A page is not valid JSON; the message says why, without its values."""


def parse(page: bytes) -> Any:
    """The value of a page. JSON is UTF-8, or UTF-16 or UTF-32, which its first bytes show (RFC 8259).

    Integers are exact, whatever their length; other numbers are doubles. What a server declares as the
    character set is ignored: it is often wrong.

    Raises:
        NotJson: the page is empty, is not JSON or is not UTF-8; it has NaN or a number that no double holds;
            or an object has the same key twice.
    """
    text = _decode(page)
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_float=_to_float
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"not valid JSON ({error})") from error
    except RecursionError as error:
        raise NotJson("JSON that is nested too deeply") from error
    except NotJson:
        raise
    except ValueError as error:  # the limit of Python's own conversion
        raise NotJson("JSON with a number of thousands of digits") from error


def at_path(page: Any, path: str, default: Any) -> Any:
    """A field of a JSON document, by a path such as `links.next`; the default if it is missing."""
    for name in path.split("."):
        if not isinstance(page, dict) or name not in page:
            return default
        page = page[name]
    return page


def _decode(page: bytes) -> str:
    beginning = page.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not beginning:
        raise NotJson("empty, not valid JSON")
    if beginning == b"<":
        raise NotJson("HTML or XML, not valid JSON")
    encoding = json.detect_encoding(page)
    try:
        return page.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise NotJson(f"not valid {name} (byte {error.start + 1})") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        named = f"the key {twice}" if PLAIN_KEY.fullmatch(twice) else "a key"
        raise NotJson(f"JSON in which an object has {named} twice")
    return found


def _refuse_constant(name: str) -> float:
    raise NotJson(f"not valid JSON (it has {name})")


def _to_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise NotJson("JSON with a number that is too large for a double")
    return number
