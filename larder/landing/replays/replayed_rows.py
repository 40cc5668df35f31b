"""Turn the records of the quarantine into rows again, as a source would send them, with changed values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from larder.errors import LarderError
from larder.landing.names import RESERVED
from larder.landing.replays.replayed_values import Shape, parse_value, restore_value

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
    return {name: parse_value(value, name, shape) for name, value in changes.items()}


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
        name: restore_value(value, name, kinds.get(name), record["reason"], shape)
        for name, value in _read_payload(record).items()
    }
    return dict.fromkeys(kinds) | row | changes


def join_reasons(new: str, earlier: str, changes: Row) -> str:
    """The reason of a record that is rejected again, with the earlier reasons of the changed columns.

    The record keeps its row as it came, so these still hold.
    """
    kept = [one for one in earlier.split("; ") if one.partition(" ")[0] in changes and one not in new]
    return "; ".join([new, *kept])


def _read_payload(record: Record) -> Row:
    """The row of a record, without fields that the source did not send, and those that Bronze adds."""
    row: Row = json.loads(record["payload_json"], parse_float=Decimal)
    missing = MISSING.findall(record["reason"])
    return {
        name: value
        for name, value in row.items()
        if name not in RESERVED and not (value is None and name in missing)
    }
