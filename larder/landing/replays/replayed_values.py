"""The values of replayed rows: from the JSON of a payload, or from the command line."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from larder.landing.contract import Columns
from larder.landing.conversion.json_text import to_json
from larder.landing.conversion.types import is_binary, is_text


@dataclass(frozen=True)
class Shape:
    """The columns of a table.

    Attributes:
        declared: the columns of the contract, which a row has to have unless they are optional.
        beyond: further columns that Bronze has.
        json_columns: declared columns that hold JSON text.
        optional: declared columns that a row may lack.
    """

    declared: Columns
    beyond: Columns
    json_columns: frozenset[str]
    optional: frozenset[str]

    def columns(self) -> Columns:
        """All columns. A value that does not fit is a fault, also beyond the contract."""
        return self.beyond | self.declared

    def holds_text(self, column: str) -> bool:
        """Whether a column is known to be text, and not JSON."""
        kind = self.columns().get(column)
        return kind is not None and is_text(kind) and column not in self.json_columns


def parse_value(value: str, column: str, shape: Shape) -> Any:
    """A value of `--set`: JSON if it is, else text. A column of text takes it literally."""
    try:
        found = json.loads(value, parse_float=Decimal)
    except ValueError:
        return to_json(value) if column in shape.json_columns else value
    if column in shape.json_columns:
        return None if found is None else value
    if shape.holds_text(column) and not (found is None or isinstance(found, str)):
        return value
    return _to_float(found, shape.columns().get(column))


def restore_value(value: Any, column: str, kind: pa.DataType | None, reason: str, shape: Shape) -> Any:
    """A value of a payload, which is JSON, as a source would send it."""
    is_faulty = re.search(rf"(?:^|; ){re.escape(column)} ", reason)
    if kind is not None and isinstance(value, str) and not is_faulty:
        if is_binary(kind):
            return _decode(value)
        if pa.types.is_floating(kind):
            return _read_number(value)
    if isinstance(value, dict | list) and (column in shape.beyond or column in shape.json_columns):
        return to_json(value)
    return _to_float(value, kind)


def _to_float(value: Any, kind: pa.DataType | None) -> Any:
    """A fraction as a decimal if the column has such, else as a floating-point number."""
    if isinstance(value, Decimal) and not (kind is not None and pa.types.is_decimal(kind)):
        return float(value)
    return value


def _decode(value: str) -> Any:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return value


def _read_number(value: str) -> Any:
    """JSON has no infinity, so the numbers of such a column are text there."""
    try:
        return float(value)
    except ValueError:
        return value
