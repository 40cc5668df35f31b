"""The rules that a source's rows have to meet, checked on whole batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from larder import clock
from larder.lake.columnar import Values, chunked, pc, repeat
from larder.landing import names
from larder.landing.arrow_sql import query
from larder.landing.conversion.batch import Fault

# A boolean for each row of a batch, true where it breaks the rule; None if no row does.
Check = Callable[[pa.Table], Values | None]


@dataclass(frozen=True)
class Rule:
    """A rule for the rows of a table.

    Attributes:
        name: that of dbt's test, or `cursor`.
        columns: the columns that it needs; without one of them it does not apply.
        reason: what is wrong with a row that breaks it, without values.
        check: finds the rows that break it.
        stops: whether such a row stops the load, instead of being set aside.
        needs_columns: whether it does not apply without its columns; if it does, all rows break it.
    """

    name: str
    columns: tuple[str, ...]
    reason: str
    check: Check
    stops: bool = False
    needs_columns: bool = True

    def find(self, rows: pa.Table) -> Fault | None:
        """The rows of a batch that break the rule; None if none does."""
        if set(self.columns) <= set(rows.column_names):
            found = self.check(rows)
        elif self.needs_columns:
            return None
        else:
            found = chunked([repeat(True, pa.bool_(), rows.num_rows)])
        if found is None or not pc.any(found).as_py():
            return None
        column = self.columns[0] if len(self.columns) == 1 else None
        return Fault(self.name, column, self.reason, pc.fill_null(found, False), self.stops)


def not_null(column: str, stops: bool = False) -> Rule:
    """The column has a value in each row."""

    def check(rows: pa.Table) -> Values | None:
        return pc.is_null(rows[column]) if rows[column].null_count else None

    # A column without any value may be left out; the gate's rows do not have Bronze's own columns.
    return Rule(
        "not_null", (column,), f"{column} is null", check, stops, needs_columns=column in names.RESERVED
    )


def accepted_values(column: str, values: Sequence[Any], stops: bool = False) -> Rule:
    """The column has one of some values, or null."""

    def check(rows: pa.Table) -> Values:
        found = rows[column]
        accepted = pa.array([str(value) for value in values])
        texts = found if pa.types.is_string(found.type) else found.cast(pa.string())
        return pc.and_(pc.is_valid(found), pc.invert(pc.is_in(texts, value_set=accepted)))

    return Rule("accepted_values", (column,), f"{column} is not an accepted value", check, stops)


def expression_is_true(sql: str, columns: tuple[str, ...], stops: bool = False, name: str = "") -> Rule:
    """A condition in DuckDB's SQL holds for each row, or is null.

    Args:
        sql: the condition.
        columns: the columns that it reads.
        stops: whether a row that breaks it stops the load.
        name: the rule's name, if it is not `expression_is_true`.
    """

    def check(rows: pa.Table) -> Values:
        condition = f"select coalesce(not ({sql}), false) as broken from batch"  # noqa: S608 the project's own
        return query(condition, batch=rows.select(columns))["broken"]

    return Rule(
        name or "expression_is_true", columns, f"{', '.join(columns)} not as required: {sql}", check, stops
    )


def accepted_range(column: str, limits: dict[str, Any], stops: bool = False) -> Rule:
    """The column is null or within a range, with the arguments of dbt_utils' test.

    Args:
        column: the column.
        limits: `min_value`, `max_value` and `inclusive`, true by default.
        stops: whether a row that breaks it stops the load.
    """
    equal = "=" if limits.get("inclusive", True) else ""
    bounds = [
        f'"{column}" {sign}{equal} {limits[bound]}'
        for bound, sign in (("min_value", ">"), ("max_value", "<"))
        if limits.get(bound) is not None
    ]
    rule = expression_is_true(" and ".join(bounds), (column,), stops, "accepted_range")

    def check(rows: pa.Table) -> Values | None:
        return None if _are_within(rows[column], limits) else rule.check(rows)

    return replace(rule, check=check)


def _are_within(column: Values, limits: dict[str, Any]) -> bool:
    """Whether whole numbers are all within limits that are whole numbers; False if they have to be asked."""
    low, high = limits.get("min_value"), limits.get("max_value")
    if not pa.types.is_integer(column.type) or not all(isinstance(one, int | None) for one in (low, high)):
        return False
    found = pc.min_max(column)
    least, greatest = found["min"].as_py(), found["max"].as_py()
    if least is None:
        return True
    margin = 0 if limits.get("inclusive", True) else 1
    return (low is None or least >= low + margin) and (high is None or greatest <= high - margin)


def cursor(column: str, latest: datetime, stops: bool = False) -> Rule:
    """The cursor has a value, and not one beyond `latest`, which would keep earlier changes out of Bronze."""

    def check(rows: pa.Table) -> Values | None:
        found = rows[column]
        broken = pc.is_null(found)
        if pa.types.is_timestamp(found.type):
            return pc.or_(broken, pc.fill_null(pc.greater(found, pa.scalar(latest, found.type)), False))
        if pa.types.is_date(found.type):
            return pc.or_(broken, pc.fill_null(pc.greater(found, pa.scalar(latest.date())), False))
        return broken if found.null_count else None

    return Rule("cursor", (column,), f"{column} is null or in the future", check, stops)


def latest_cursor(business_date: date, skew: timedelta) -> datetime:
    """The latest time that a cursor may have: the date's end or now, by the business's clock, plus a skew."""
    end = datetime.combine(business_date + timedelta(days=1), time(), UTC)
    return max(end, clock.now()) + skew
