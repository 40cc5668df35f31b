"""Control totals: a source's totals per day, and the days on which Bronze's are different.

The same query runs in the source and, by DuckDB, over the live versions in Bronze. Its first column is the
day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from larder.clock import current
from larder.lake.tables import high_water, rows_where
from larder.landing.arrow_sql import query, without
from larder.landing.declared import LAG
from larder.landing.postgres import Query
from larder.landing.repairs.versions import LOADED_AT, drop_deleted, pick_latest, read_versions

# By a till's clock, a record may have been changed before the day that it counts for.
MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Counted:
    """A table that the totals count.

    Attributes:
        table: its name in the source.
        key: the key's columns.
        cursor: the cursor.
        columns: the columns that the totals and `origin` use.
        origin: the table, joined by `using` with those that its day depends on.
    """

    table: str
    key: tuple[str, ...]
    cursor: str
    columns: tuple[str, ...]
    origin: str


@dataclass
class ControlTotals:
    """The totals per day of some tables of a PostgreSQL source.

    Attributes:
        source: the source's name.
        run: queries that all see the same snapshot.
        totals: the query for the totals; it must also be valid in DuckDB.
        day: the day that a row counts for, as an expression in SQL.
        since: the query counts all days from this one on; None if it counts all there are.
        tables: the tables that it counts.
        opened_at: the time before this ingest loaded its first row.
    """

    source: str
    run: Query
    totals: str
    day: str
    since: date | None
    tables: list[Counted]
    opened_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def rows(self) -> Iterator[pa.Table]:
        """Yield the source's totals."""
        yield from self.counted

    @cached_property
    def counted(self) -> list[pa.Table]:
        """The source's totals; empty without any."""
        return list(self.run(self.totals))

    @cached_property
    def start(self) -> datetime | None:
        """The earliest cursor that a record of the counted days can have; None if there is no limit."""
        if self.since is None:
            return None
        return datetime.combine(min([self.since, *_days(self.counted)]), time(), UTC) - MARGIN

    @cached_property
    def latest(self) -> dict[str, pa.Table]:
        """The latest version in Bronze of each record, also if it is deleted, after the regular load."""
        return self._read_latest()

    @cached_property
    def differing(self) -> set[date]:
        """The days whose totals differ after the regular load."""
        return self._find_differing(self.latest) if self.latest else set()

    @cached_property
    def days(self) -> list[date]:
        """The days whose keys are to be compared: their totals differ, or an ingest was killed."""
        return sorted(self.differing | self._find_interrupted()) if self.latest else []

    @cached_property
    def rest(self) -> str:
        """The days whose totals differ even after the repair, in one line; empty if there are none."""
        days = sorted(self._find_differing(self._read_latest())) if self.differing else []
        if not days:
            return ""
        return (
            f"{self.source}: its totals of {', '.join(map(str, days))} differ from Bronze's even after the "
            f"repair. Rows in quarantine may explain it: `larder quarantine list --source {self.source}`."
        )

    def _read_latest(self) -> dict[str, pa.Table]:
        """The tables by name; empty if Bronze does not have all of them yet."""
        found = {}
        for one in self.tables:
            versions = read_versions(f"{self.source}_{one.table}", one.columns, one.cursor, self.start)
            if versions is None:
                return {}
            found[one.table] = pick_latest(versions, one.key, one.cursor)
        return found

    def _find_differing(self, latest: dict[str, pa.Table]) -> set[date]:
        live = {name: drop_deleted(table) for name, table in latest.items()}
        ours = query(self.totals, **live)
        theirs = pa.concat_tables(
            [ours.schema.empty_table(), *(one.cast(ours.schema) for one in self.counted)]
        )
        columns = tuple(theirs.column_names)
        different = pa.concat_tables([without(ours, theirs, columns), without(theirs, ours, columns)])
        counted = _days(self.counted)
        return {
            day for day in _days([different]) if day in counted or self.since is None or day >= self.since
        }

    def _find_interrupted(self) -> set[date]:
        """The days of rows whose ingest was killed: it may have deleted a record, but not what it owns."""
        logged = rows_where("load_log", f"source = '{self.source}'", ("finished_at",))
        ended_at = None if logged is None else pc.max(logged["finished_at"]).as_py()
        since = ended_at.isoformat() if ended_at else "-infinity"
        days = [
            query(
                f"select distinct {self.day} as day from {one.origin} where {one.table}.{LOADED_AT} "  # noqa: S608
                f"between timestamptz '{since}' and timestamptz '{self.opened_at.isoformat()}'",
                **self.latest,
            )
            for one in self.tables
        ]
        return _days(days)


def _days(tables: Iterable[pa.Table]) -> set[date]:
    """The days in the first column of tables."""
    return {day for rows in tables for day in rows[0].to_pylist() if day is not None}


def find_window(table: str, column: str, length: timedelta) -> datetime | None:
    """The start of the days whose totals are compared each time; None for all of history.

    Args:
        table: the Bronze table of the totals.
        column: its date; dates after the latest business date of an ingest, or today's, do not count.
        length: how long the window is, up to the latest date in Bronze.
    """
    latest = high_water(table, column)
    business_date = min(high_water("load_log", "business_date") or current(), current())
    if latest and latest > business_date:
        found = rows_where(table, f"{column} <= '{business_date}'", (column,))
        latest = None if found is None else pc.max(found[column]).as_py()
    return datetime.combine(latest - length, time(), UTC) if latest else None


def find_counted(table: str, column: str, since: datetime | None) -> str:
    """The days of the window of which Bronze has totals, as an array in SQL: deleted ones count zero."""
    found = rows_where(table, f"{column} >= '{since.date()}'", (column,)) if since else None
    days = sorted(_days([found])) if found else []
    literals = ", ".join(f"'{day}'" for day in days)
    return f"array[{literals}]::date[]"


def find_oldest_change(tables: Iterable[str], cursor: str) -> datetime | None:
    """The earliest change to some tables that Bronze may not have; None before the first load of each."""
    known = [high_water(table, cursor) for table in tables]
    return min(known) - LAG if all(known) else None
