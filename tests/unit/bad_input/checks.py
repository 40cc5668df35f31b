"""What holds in every case: how a delivery ends, and that no row is lost, doubled or counted wrongly."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from larder.lake import tables
from larder.landing.load import LoadResult
from larder.quarantine import records
from tests.unit.bad_input.case import Case, End, Quarantined, Record, Refused
from tests.unit.bronze_tables import rows

STAMPS = ("_loaded_at", "_business_date", "_dlt_load_id", "_is_deleted")
# What every error says: what to do next.
REMEDY = re.compile(r"run the date again|run this again|(?<=\. )(Declare|Yield|Use|Remove|Give|Name|Rename) ")
RECORD = ("record_id", "rule", "column_name", "reason", "payload_json", "state")


class State:
    """What Bronze and the quarantine hold of a table, without the stamps of loads."""

    def __init__(self, table: str, key: str) -> None:
        """Read it."""
        found = sorted(rows(table), key=lambda row: (_order(row.get(key)), row["_loaded_at"]))
        self.bronze = [{name: value for name, value in row.items() if name not in STAMPS} for row in found]
        kept = records.read(resource=table, columns=RECORD).to_pylist()
        self.records = sorted(kept, key=lambda record: str(record["record_id"]))
        self._key = key

    def open(self) -> list[tuple[str, str, str | None]]:
        """Id, rule and column of the open records."""
        found = [(self._id(one), one["rule"], one["column_name"]) for one in self._open()]
        return sorted(found, key=str)

    def reasons(self) -> list[str]:
        """The reasons of the open records."""
        return [one["reason"] for one in self._open()]

    def ids(self) -> Counter[str]:
        """How often an id is in Bronze or in the quarantine."""
        return Counter([str(row.get(self._key)) for row in self.bronze] + [*map(self._id, self.records)])

    def _open(self) -> list[dict[str, Any]]:
        return [record for record in self.records if record["state"] == "open"]

    def _id(self, record: dict[str, Any]) -> str:
        return str(json.loads(record["payload_json"]).get(self._key))

    def __eq__(self, other: object) -> bool:
        """Whether nothing has changed."""
        if not isinstance(other, State):
            return NotImplemented
        return (repr(self.bronze), self.records) == (repr(other.bronze), other.records)

    __hash__ = None  # type: ignore[assignment]


def check_end(case: Case, table: str, end: End, state: State) -> None:
    """Check what Bronze and the quarantine hold after a delivery that was not refused."""
    assert not isinstance(end, Refused)
    rejects = end.rejects if isinstance(end, Quarantined) else []
    found = state.open()
    expected = sorted(((str(one), rule, column) for one, rule, column in rejects), key=str)
    assert found == expected, f"set aside: {found}"
    for reason in state.reasons():
        assert isinstance(end, Quarantined)
        assert end.reason in reason, reason
        assert not any(word in reason for word in case.private), reason
    held = _plain(row[end.column] for row in state.bronze)
    assert held == _plain(end.values), f"in Bronze: {held}"
    if end.type:
        bronze = tables.table(table)
        assert bronze is not None
        kind = str(bronze.schema().find_type(end.column))
        assert kind == end.type, kind


def check_line(case: Case, source: str, table: str, end: Refused, line: str) -> None:
    """Check the one line that refuses a delivery."""
    assert len(line.splitlines()) == 1, line
    for word in (source, *([table] if case.names_table else []), *end.words):
        assert word in line, line
    assert REMEDY.search(line), line
    assert not any(word in line for word in case.private), line


def check_sums(result: LoadResult) -> None:
    """Check that each received row was accepted, set aside or already there."""
    for table, received in result.received.items():
        there = result.already_there[table]
        assert received == result.rows[table] + result.quarantined[table] + there, table


def check_records(state: State, sent: Iterable[Record]) -> None:
    """Check that Bronze and the quarantine hold each record that was sent, once."""
    held, expected = state.ids(), Counter(one for one, _ in set(sent))
    assert held == expected, f"held: {held}"


def _plain(values: Iterable[Any]) -> list[str]:
    """Values to compare: NaN equals itself, 0 is not -0, and a time zone's name does not matter."""
    return [repr(one.astimezone(UTC) if isinstance(one, datetime) else one) for one in values]


def _order(value: Any) -> tuple[int, Any]:
    return (0, value) if isinstance(value, int) else (1, str(value))
