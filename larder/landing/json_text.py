"""Write Python values as JSON text that every engine reads."""

import base64
import json
import math
from datetime import date, datetime, time
from functools import partial
from typing import Any


def to_json(value: Any) -> str:
    """A value as JSON text. NaN, infinity and what JSON has no type for (see `plain_text`) are text there."""
    try:
        return _write(value, allow_nan=False)
    except ValueError:
        return _write(_without_nan(value))


def plain_text(value: Any) -> str:
    """The text in JSON of a value for which JSON has no type: ISO 8601 for times, base64 for bytes."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


_write = partial(json.dumps, ensure_ascii=False, default=plain_text)


def _without_nan(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_nan(one) for name, one in value.items()}
        case list() | tuple():
            return [_without_nan(one) for one in value]
        case float() if not math.isfinite(value):
            return json.dumps(value)
        case _:
            return value
