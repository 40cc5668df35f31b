"""Select records for a person: by their ids, or by what they have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from larder.errors import LarderError
from larder.quarantine import records
from larder.quarantine.schema import OPEN, SCHEMA

LIST_ALL = "`larder quarantine list --state all` lists all records."


@dataclass(frozen=True)
class Filter:
    """What records have in common; None for anything."""

    source: str | None = None
    resource: str | None = None
    rule: str | None = None

    def __str__(self) -> str:
        """The options that select these records."""
        given = {"--source": self.source, "--resource": self.resource, "--rule": self.rule}
        return " ".join(f"{option} {value}" for option, value in given.items() if value)

    def read(self, state: str | None, columns: Sequence[str] = SCHEMA.names) -> pa.Table:
        """These records in a state, or in any state for None."""
        return records.read(
            source=self.source, resource=self.resource, rule=self.rule, state=state, columns=columns
        )


def select_records(record_ids: Sequence[str], columns: Sequence[str] = SCHEMA.names) -> pa.Table:
    """The records with these ids.

    Raises:
        LarderError: an id is unknown.
    """
    found = records.read(record_ids=record_ids, columns=tuple(dict.fromkeys(["record_id", *columns])))
    known = set(found["record_id"].to_pylist())
    if unknown := [one for one in record_ids if one not in known]:
        raise LarderError(f"quarantine: there is no record {', '.join(unknown)}. {LIST_ALL}")
    return found


def select_open(wanted: Filter, columns: Sequence[str] = SCHEMA.names) -> pa.Table:
    """The open records that a filter selects.

    Raises:
        LarderError: there are none.
    """
    found = wanted.read(OPEN, columns)
    if found.num_rows == 0:
        what = f"no open record matches {wanted}" if str(wanted) else "no record is open"
        raise LarderError(f"quarantine: {what}. {LIST_ALL}")
    return found
