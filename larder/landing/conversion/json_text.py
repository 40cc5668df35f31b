"""Write values as JSON text."""

import base64
import json
import math
from datetime import date, datetime, time
from typing import Any


class JsonText(str):
    """Text that a database has written as JSON."""

    __slots__ = ()


def to_json(value: Any) -> str:
    """A value as JSON text, in which dates, times, decimals, NaN and infinity are text, and bytes base64."""
    if isinstance(value, JsonText):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=in_words, allow_nan=False)
    except ValueError:  # JSON has no NaN and no infinity
        return json.dumps(finite(value), ensure_ascii=False, default=in_words)


def in_words(value: Any) -> str:
    """A value that JSON has no type for."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def finite(value: Any) -> Any:
    """A value with texts instead of NaN and infinity."""
    match value:
        case float() if not math.isfinite(value):
            return json.dumps(value)
        case dict():
            return {name: finite(inner) for name, inner in value.items()}
        case list() | tuple():
            return [finite(inner) for inner in value]
    return value
