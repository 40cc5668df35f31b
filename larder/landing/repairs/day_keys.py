"""Compare the keys of a table on those days only whose control totals differ."""

from collections.abc import Iterator
from datetime import date, datetime

import pyarrow as pa

from larder.landing.arrow_sql import among, names, query
from larder.landing.repairs.control_totals import ControlTotals, Counted
from larder.landing.repairs.postgres_keys import TableKeys


class DayKeys(TableKeys):
    """The keys of a table that control totals count."""

    def __init__(self, totals: ControlTotals, counted: Counted) -> None:
        """Compare a table on the days on which the totals differ."""
        super().__init__(totals.run, counted.table, counted.key, counted.cursor)
        self._totals, self._origin = totals, counted.origin

    def is_due(self, business_date: date) -> bool:
        """Whether there are such days."""
        return bool(self._totals.days)

    def list_keys(self) -> Iterator[pa.Table]:
        """Yield the keys of these days, with their cursor."""
        return self.select(self._origin, self._is_on_these_days())

    def find_start(self) -> datetime | None:
        """The earliest cursor that a record of the counted days can have."""
        return self._totals.start

    def pick_covered(self, live: pa.Table) -> pa.Table:
        """The live versions of these days; a line counts for the day of its basket, even of a deleted one."""
        keys = query(
            f"select {names(self.key)} from {self._origin} where {self._is_on_these_days()}",  # noqa: S608
            **self._totals.latest,
        )
        return among(live, keys, self.key)

    def is_unexplained(self) -> bool:
        """Whether totals differ."""
        return bool(self._totals.differing)

    def describe_rest(self) -> str:
        """The days whose totals still differ."""
        return self._totals.rest

    def _is_on_these_days(self) -> str:
        days = ", ".join(f"'{day}'" for day in self._totals.days)
        return f"{self._totals.day} in ({days})"
