"""Turn the records of the quarantine into rows again, as a source would send them, with changed values."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from larder.errors import LarderError
from larder.landing.contract import Columns
from larder.landing.types import is_binary, is_text
from larder.landing.values import to_json

Row = dict[str, Any]
Record = dict[str, Any]

# What the gate says of a field that was missing, which a payload has as null; of text that it escapes; of
# values of another type, which a payload may have as text, such as bytes.
MISSING = re.compile(r"(?:^|; )(\S+) is missing(?=;|$)")
NOT_UTF8 = re.compile(r"(?:^|; )(\S+) is not valid UTF-8(?=;|$)")
OTHER_TYPE = re.compile(r"(?:^|; )(\S+) (?:has a value |is \S+ instead )[^;]*")


@dataclass(frozen=True)
class Problem:
    """The rule that a row breaks, the column if there is one, and the reason without values."""

    rule: str
    column: str | None
    reason: str


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


def parse_changes(changes: Mapping[str, str], shape: Shape, sent: set[str], table: str) -> Row:
    """The values of `--set`: JSON if they are, else text. A column of text takes them literally.

    Args:
        changes: column names to values.
        shape: the table's columns.
        sent: the columns that the records have.
        table: the table, for the error.

    Raises:
        LarderError: there is no such column.
    """
    known = shape.columns().keys() | sent
    if unknown := [name for name in changes if name not in known]:
        raise LarderError(
            f"{table}: there is no column {', '.join(unknown)}. --set takes {', '.join(sorted(known))}."
        )
    return {name: _parse(value, name, shape) for name, value in changes.items()}


def find_obstacle(record: Record, changes: Row, shape: Shape) -> Problem | None:
    """Why a record cannot become a row; None if it can."""
    for column in NOT_UTF8.findall(record["reason"]):
        if column not in changes:
            return Problem("text", column, f"{column} is not valid UTF-8")
    payload = _read_payload(record)
    for fault in OTHER_TYPE.finditer(record["reason"]):
        column = fault[1]
        if column not in changes and isinstance(payload.get(column), str) and shape.holds_text(column):
            return Problem("type", column, fault[0].removeprefix("; "))
    row = payload | changes
    for column in shape.declared:
        if column not in row and column not in shape.optional:
            return Problem("missing", column, f"{column} is missing")
    return None


def to_row(record: Record, changes: Row, shape: Shape) -> Row:
    """A record's row with changed values; what it lacks and may lack is null."""
    kinds = shape.columns()
    row = {
        name: _restore(value, name, kinds.get(name), record["reason"], shape)
        for name, value in _read_payload(record).items()
    }
    return dict.fromkeys(kinds) | row | changes


def _read_payload(record: Record) -> Row:
    """The row of a record, without the fields that the source did not send."""
    row: Row = json.loads(record["payload_json"], parse_float=Decimal)
    missing = MISSING.findall(record["reason"])
    return {name: value for name, value in row.items() if not (value is None and name in missing)}


def _parse(value: str, column: str, shape: Shape) -> Any:
    try:
        found = json.loads(value, parse_float=Decimal)
    except ValueError:
        return to_json(value) if column in shape.json_columns else value
    if column in shape.json_columns:
        return None if found is None else value
    if shape.holds_text(column) and not (found is None or isinstance(found, str)):
        return value
    return _to_float(found, shape.columns().get(column))


def _restore(value: Any, column: str, kind: pa.DataType | None, reason: str, shape: Shape) -> Any:
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
