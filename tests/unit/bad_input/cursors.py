"""Cursors: without a value, in the future, in the year 1, of another type, out of order."""

from datetime import UTC, date, datetime
from typing import Any

import dlt

from tests.unit.bad_input.case import Accepted, Delivery, Quarantined, Refused, case
from tests.unit.bad_input.deliveries import rows

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LATE = [(2, "cursor", "changed")]


def at(*cursors: Any, kind: Any = datetime, first: int = 1, **hints: Any) -> Delivery:
    """Rows with a cursor `changed`."""
    items = [{"id": number, "changed": value} for number, value in enumerate(cursors, first)]
    return rows(*items, incremental=lambda: dlt.sources.incremental[kind]("changed"), **hints)


CASES = [
    case(
        "in_2099",
        at(NOON, datetime(2099, 1, 1, tzinfo=UTC)),
        Quarantined(LATE, "changed is null or in the future", [NOON], column="changed"),
    ),
    case(
        "null",
        at(NOON, None),
        Quarantined(LATE, "changed is null or in the future", [NOON], column="changed"),
    ),
    case(
        "null_in_all_rows",
        at(None, None),
        Quarantined([(1, "cursor", "changed"), (2, "cursor", "changed")], "changed is null"),
    ),
    case("in_year_1", at(FIRST, NOON), Accepted([FIRST, NOON], "timestamptz", "changed")),
    case("only_in_year_1", at(FIRST), Accepted([FIRST], "timestamptz", "changed")),
    case(
        "infinite",
        at(NOON, "infinity", columns={"changed": {"data_type": "timestamp"}}),
        Quarantined([(2, "type", "changed")], "changed", [NOON], column="changed"),
    ),
    case(
        "missing",
        rows(
            {"id": 1, "changed": NOON},
            {"id": 2},
            incremental=lambda: dlt.sources.incremental[datetime]("changed"),
        ),
        Quarantined(LATE, "changed is null", [NOON], column="changed"),
    ),
    case(
        "missing_in_all_rows",
        rows({"id": 1}, incremental=lambda: dlt.sources.incremental[datetime]("changed")),
        Refused("no longer has changed", "bring it back"),
    ),
    case(
        "of_text",
        at("2017-03-01T12:00:00Z", "soon", columns={"changed": {"data_type": "timestamp"}}),
        Quarantined([(2, "type", "changed")], "changed", [NOON], "timestamptz", "changed"),
    ),
    case(
        "older_than_asked",
        at(NOON),
        Accepted([NOON], column="changed"),
        at(datetime(2015, 1, 1, tzinfo=UTC), first=2),
        Accepted([NOON, datetime(2015, 1, 1, tzinfo=UTC)], column="changed"),
    ),
    case(
        "without_a_zone_later",
        at(NOON),
        Accepted([NOON], column="changed"),
        at(datetime(2017, 3, 1, 13), first=2),
        Accepted([NOON, NOON.replace(hour=13)], "timestamptz", "changed"),
    ),
    case(
        "of_dates_in_2099",
        at(date(2017, 3, 1), date(2099, 1, 1), kind=date),
        Quarantined(LATE, "changed is null or in the future", [date(2017, 3, 1)], column="changed"),
    ),
    case(
        "of_numbers_null",
        at(7, None, kind=int),
        Quarantined(LATE, "changed is null", [7], "long", "changed"),
    ),
]
