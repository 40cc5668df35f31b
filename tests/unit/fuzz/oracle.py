"""What the documentation says of types, in plain Python: what fits a column of Bronze, and how it reads."""

import base64
import json
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

import pyarrow as pa

from tests.unit.fuzz.sent import Beyond, Digits, Json, Span, Words

DIGITS = re.compile(r"-?\d{1,30}(\.\d{1,8})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
SPAN = re.compile(r"(?:(-?\d+) days? ?)?(?:(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?", re.ASCII)
Kind = Any


def fits(kind: Kind, meaning: Any) -> bool | None:  # noqa: PLR0911 one for each kind of value
    """Whether a value has an equal in a column's type; None if the documentation leaves it open."""
    if meaning is None:
        return True
    if isinstance(meaning, Beyond) or (isinstance(meaning, str) and not is_unicode(meaning)):
        return False
    if is_text(kind):
        return not isinstance(meaning, bytes)
    if isinstance(meaning, str):
        return _text_fits(kind, meaning)
    if isinstance(meaning, Json | Digits):
        return None
    if isinstance(meaning, bool):
        return bool(pa.types.is_boolean(kind))
    if isinstance(meaning, int | float | Decimal):
        return _number_fits(kind, meaning)
    if isinstance(meaning, bytes):
        return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))
    if isinstance(meaning, datetime):
        return bool(pa.types.is_timestamp(kind))
    return isinstance(meaning, date) and bool(pa.types.is_date(kind))


def reads_as(found: Any, meaning: Any) -> bool:  # noqa: PLR0911 one for each kind of value
    """Whether a value that was read, from Bronze or from JSON, is the one that was sent."""
    if found is None or meaning is None:
        return found is None and meaning is None
    if isinstance(meaning, Beyond):
        return isinstance(found, str)
    if isinstance(meaning, Digits):
        return _reads_as_number(found, meaning.number)
    if isinstance(meaning, Json):
        return _reads_as_json(found, meaning.value)
    if isinstance(meaning, Words):
        return isinstance(found, str) and _trimmed(found) in (
            _trimmed(meaning.text),
            _in_microseconds(meaning.text),
        )
    if isinstance(meaning, Span):
        return isinstance(found, str) and _span(found) == meaning.microseconds
    if isinstance(meaning, bool) or isinstance(found, bool):
        return found is meaning or found == json.dumps(meaning)
    if isinstance(meaning, int | float | Decimal):
        return _reads_as_number(found, meaning)
    if isinstance(meaning, bytes):
        return bool(found in (meaning, base64.b64encode(meaning).decode()))
    if isinstance(meaning, str):
        return _reads_as_text(found, meaning)
    if isinstance(meaning, datetime):
        return bool(_moment(found) == meaning)
    return bool((date.fromisoformat(found) if isinstance(found, str) else found) == meaning)


def is_text(kind: Kind) -> bool:
    """Whether a column of Bronze is text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_unicode(text: str) -> bool:
    """Whether text has no half of a surrogate pair."""
    return not any("\ud800" <= one <= "\udfff" for one in text)


def _number_fits(kind: Kind, number: Any) -> bool | None:
    if pa.types.is_integer(kind):
        return bool(math.isfinite(number) and number == int(number) and -(2**63) <= number < 2**63)
    if pa.types.is_floating(kind):
        return isinstance(number, float) or bool(_as_float(number) == number)
    if not pa.types.is_decimal(kind) or not math.isfinite(number):
        return False
    return _decimal_fits(kind, Decimal(repr(number)) if isinstance(number, float) else Decimal(number))


def _as_float(number: int | Decimal) -> Any:
    """The shortest digits of the nearest double."""
    try:
        return Decimal(repr(float(number)))
    except OverflowError:
        return None


def _decimal_fits(kind: Kind, number: Decimal) -> bool:
    with localcontext(prec=800):
        scaled = number.scaleb(kind.scale)
        return scaled == scaled.to_integral_value() and abs(scaled) < 10**kind.precision


def _text_fits(kind: Kind, text: str) -> bool | None:
    if pa.types.is_decimal(kind):
        return _decimal_fits(kind, Decimal(text)) if DIGITS.fullmatch(text) else None
    if pa.types.is_date(kind):
        return True if DAY.fullmatch(text) else None
    if pa.types.is_timestamp(kind):
        return True if MOMENT.fullmatch(text) else None
    return False


def _reads_as_text(found: Any, text: str) -> bool:
    if isinstance(found, str):
        return found == text or (
            not is_unicode(text) and found == text.encode("utf-8", "backslashreplace").decode()
        )
    if isinstance(found, Decimal):
        return found == Decimal(text)
    if isinstance(found, datetime):
        return found == _moment(text)
    return isinstance(found, date) and found == _moment(text).date()


def _reads_as_number(found: Any, number: Any) -> bool:
    if isinstance(number, float) and not math.isfinite(number):
        return repr(float(found)) == repr(number)
    try:
        exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
        same = Decimal(repr(found)) if isinstance(found, float) else Decimal(found)
    except (InvalidOperation, TypeError):
        return False
    return exact == same or (isinstance(number, float) and math.isfinite(same) and float(same) == number)


def _moment(found: Any) -> datetime:
    moment = datetime.fromisoformat(found) if isinstance(found, str) else found
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reads_as_json(found: Any, value: Any) -> bool:
    if isinstance(found, str):
        found = json.loads(found, parse_float=Decimal, parse_constant=_refuse)
    return _same_json(found, value)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _same_json(found: Any, value: Any) -> bool:
    if isinstance(value, dict):
        if isinstance(found, list):  # of pairs: a map of Arrow is that in Python
            found = dict(found)
        return (
            isinstance(found, dict)
            and found.keys() == value.keys()
            and all(_same_json(found[name], inner) for name, inner in value.items())
        )
    if isinstance(value, list):
        return (
            isinstance(found, list)
            and len(found) == len(value)
            and all(_same_json(one, other) for one, other in zip(found, value, strict=True))
        )
    if isinstance(value, bool) or value is None:
        return found is value
    if isinstance(value, str):
        return isinstance(found, str) and found == value
    return not isinstance(found, bool) and reads_as(found, value)


def _span(text: str) -> int | None:
    if not (found := SPAN.fullmatch(text.strip())) or not text.strip():
        return None
    days, sign, hours, minutes, seconds, fraction = found.groups()
    total = (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * 1_000_000
    total += int((fraction or "0").ljust(6, "0"))
    return int(days or 0) * 86_400_000_000 + (-total if sign else total)


def _in_microseconds(text: str) -> str:
    """A time as Python has it."""
    whole, point, fraction = text.partition(".")
    return _trimmed(whole + point + fraction[:6])


def _trimmed(text: str) -> str:
    """A time without zeros at its end."""
    return text.rstrip("0").rstrip(".:") if "." in text else text
