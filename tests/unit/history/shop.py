"""A shop's records, their earlier versions, and what its next ingest brings."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from tests.unit.history.truth import Key, at, key_of

Row = dict[str, Any]

BEGINS = date(2017, 2, 24)  # a Friday, so that weeks and months end soon
FAR = (date(2028, 1, 1), date(2016, 12, 30), date(2031, 5, 5))
NEVER = date(9999, 12, 31)


@dataclass
class Ingest:
    """What one ingest brings: rows and then tombstones, by table; placements come with their file."""

    rows: list[tuple[str, Row]] = field(default_factory=list)
    deleted: list[tuple[str, Row]] = field(default_factory=list)
    placements: dict[tuple[str, datetime], list[Row]] = field(default_factory=dict)


@dataclass
class Shop:
    """The shop's records, their earlier versions, and what was not delivered yet.

    Attributes:
        random: decides everything.
        today: the business date.
        minutes: the time of the latest change, which is later for each.
        baskets: how many there ever were.
        live: by table and key, each record as it is now.
        gone: records that were deleted.
        past: earlier versions.
        late: rows that a later ingest brings.
    """

    random: Random
    today: date = BEGINS
    minutes: int = 0
    baskets: int = 0
    live: dict[str, dict[Key, Row]] = field(default_factory=lambda: defaultdict(dict))
    gone: list[tuple[str, Row]] = field(default_factory=list)
    past: list[tuple[str, Row]] = field(default_factory=list)
    late: list[tuple[str, Row]] = field(default_factory=list)
    next: Ingest = field(default_factory=Ingest)

    def tick(self) -> datetime:
        """The time of the next change."""
        self.minutes += self.random.randint(1, 90)
        return at(self.minutes)

    def save(self, table: str, row: Row, *, late: bool = False) -> None:
        """Insert or update a record."""
        known = self.live[table].get(key_of(table, row))
        if known is not None:
            self.past.append((table, known))
        stamped = row | {"updated_at": self.tick()}
        self.live[table][key_of(table, row)] = stamped
        (self.late if late else self.next.rows).append((table, stamped))

    def delete(self, table: str, row: Row) -> None:
        """Delete a record; its versions that were not delivered never will be."""
        self.live[table].pop(key_of(table, row))
        self.gone.append((table, row))
        self.next.deleted.append((table, row))
        for waiting in (self.late, self.next.rows, self.past):
            waiting[:] = [
                one for one in waiting if one[0] != table or key_of(table, one[1]) != key_of(table, row)
            ]

    def pick(self, table: str) -> Row | None:
        """Any live record."""
        found = list(self.live[table].values())
        return dict(self.random.choice(found)) if found else None

    def any_day(self) -> date:
        """A day on which a basket may be rung up: mostly one of the last days."""
        if self.random.random() < 0.1:
            return self.random.choice(FAR)
        return self.today + timedelta(days=self.random.choice([*range(-6, 1), 0, 0, 1, 2]))

    def any_time(self) -> datetime:
        return datetime.combine(self.any_day(), time(self.random.randint(0, 23)), UTC)
