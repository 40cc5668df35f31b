"""Dates and times: beyond the years 1 to 9999, without a zone, as text of several forms."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pyarrow as pa

from tests.unit.bad_input.case import Accepted, Quarantined, case
from tests.unit.bad_input.deliveries import arrow, rows, values

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
TIMESTAMP: Any = {"value": {"data_type": "timestamp"}}
LOCAL: Any = {"value": {"data_type": "timestamp", "timezone": False}}
DATE: Any = {"value": {"data_type": "date"}}
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
BERLIN = timezone(timedelta(hours=1))
SET_ASIDE = [(2, "type", "value")]


def ticks(unit: str, zone: str | None, *numbers: int) -> Any:
    """Timestamps by their numbers, which Python's own may not hold."""
    return pa.array(numbers, pa.int64()).cast(pa.timestamp(unit, zone))


CASES = [
    case("year_1_and_9999", values(FIRST, LAST), Accepted([FIRST, LAST], "timestamptz")),
    case(
        "year_10000",
        arrow(ticks("us", "UTC", 0, 253_402_300_800_000_000)),
        Quarantined(SET_ASIDE, "value", [datetime(1970, 1, 1, tzinfo=UTC)]),
    ),
    case(
        "before_christ",
        arrow(ticks("s", None, 0, -62_135_596_801)),
        Quarantined(SET_ASIDE, "value", [datetime(1970, 1, 1, tzinfo=UTC)]),
    ),
    case(
        "infinity",
        arrow(ticks("us", "UTC", 0, 2**63 - 1)),
        Quarantined(SET_ASIDE, "value", [datetime(1970, 1, 1, tzinfo=UTC)]),
    ),
    case(
        "infinite_dates",
        arrow(pa.array([0, 2**31 - 1, -(2**31)], pa.int32()).cast(pa.date32())),
        Quarantined([(2, "type", "value"), (3, "type", "value")], "value", [date(1970, 1, 1)], "date"),
    ),
    case(
        "endless_duration",
        arrow(pa.array([1, 2**63 - 1], pa.duration("s"))),
        Quarantined(SET_ASIDE, "value", ["00:00:01"]),
    ),
    case(
        "endless_duration_in_a_list",
        arrow(pa.array([[1], [2**63 - 1]], pa.list_(pa.duration("s")))),
        Quarantined(SET_ASIDE, "value", ['["00:00:01"]']),
    ),
    case(
        "time_of_no_day",
        arrow(pa.array([1_000_000, 2**62], pa.time64("us"))),
        Quarantined(SET_ASIDE, "value", ["00:00:01.000000"]),
    ),
    case(
        "dates_in_milliseconds",
        arrow(pa.array([0, 86_400_000], pa.int64()).cast(pa.date64())),
        Accepted([date(1970, 1, 1), date(1970, 1, 2)], "date"),
    ),
    case(
        "nanoseconds",
        arrow(ticks("ns", "UTC", 1_001, -1)),
        Accepted(
            [
                datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
                datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            ],
            "timestamptz",
        ),
    ),
    case(
        "another_zone",
        arrow(ticks("ms", "America/New_York", 0)),
        Accepted([datetime(1970, 1, 1, tzinfo=UTC)], "timestamptz"),
    ),
    case("without_a_zone", values(datetime(2017, 3, 1, 12)), Accepted([NOON], "timestamptz")),
    case(
        "without_a_zone_on_a_second_load",
        values(NOON),
        Accepted([NOON], "timestamptz"),
        rows({"id": 2, "value": datetime(2017, 3, 1, 12)}),
        Accepted([NOON, NOON], "timestamptz"),
    ),
    case(
        "with_and_without_a_zone",
        values(NOON, datetime(2017, 3, 1, 12)),
        Accepted([NOON, NOON], "timestamptz"),
    ),
    case(
        "several_zones",
        values(NOON, datetime(2017, 3, 1, 13, tzinfo=BERLIN)),
        Accepted([NOON, NOON], "timestamptz"),
    ),
    case(
        "twice_in_the_hour_of_the_clock_change",
        values("2017-10-29T02:30:00+02:00", "2017-10-29T02:30:00+01:00", columns=TIMESTAMP),
        Accepted([datetime(2017, 10, 29, 0, 30, tzinfo=UTC), datetime(2017, 10, 29, 1, 30, tzinfo=UTC)]),
    ),
    case(
        "leap_second",
        values("2016-12-31T23:59:59Z", "2016-12-31T23:59:60Z", columns=TIMESTAMP),
        Quarantined(SET_ASIDE, "value", [datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)]),
    ),
    case(
        "nine_digits_of_a_second",
        values("2017-03-01T12:00:00.123456789Z", columns=TIMESTAMP),
        Accepted([NOON.replace(microsecond=123456)]),
    ),
    case("offset_without_a_colon", values("2017-03-01T13:00:00+0100", columns=TIMESTAMP), Accepted([NOON])),
    case(
        "text_without_a_zone",
        values("2017-03-01T12:00:00", columns=TIMESTAMP),
        Quarantined([(1, "type", "value")], "value"),
    ),
    case("blank_instead_of_t", values("2017-03-01 12:00:00", columns=LOCAL), Accepted([NOON])),
    case(
        "date_among_timestamps",
        values(NOON, date(2017, 3, 1)),
        Accepted([NOON.isoformat(), "2017-03-01"], "string"),
    ),
    case(
        "timestamp_among_dates",
        values(date(2017, 3, 1), NOON),
        Accepted(["2017-03-01", NOON.isoformat()], "string"),
    ),
    case(
        "declared_time_of_day",
        values(time(9, 30), "09:31", columns={"value": {"data_type": "time"}}),
        Accepted(["09:30:00", "09:31"], "string"),
    ),
    case(
        "only_times_of_day_declared",
        values(time(9, 30), columns={"value": {"data_type": "time"}}),
        Accepted(["09:30:00.000000"], "string"),
    ),
    case(
        "thirtieth_of_february",
        values("2017-02-28", "2017-02-30", columns=DATE),
        Quarantined(SET_ASIDE, "value", [date(2017, 2, 28)]),
    ),
    case(
        "day_first",
        values("2017-03-01", "01.03.2017", columns=DATE),
        Quarantined(SET_ASIDE, "value", [date(2017, 3, 1)]),
    ),
    case(
        "zero_date_of_mysql",
        values("2017-03-01", "0000-00-00", columns=DATE),
        Quarantined(SET_ASIDE, "value", [date(2017, 3, 1)]),
    ),
    case(
        "empty_text_as_a_date",
        values("2017-03-01", "", columns=DATE),
        Quarantined(SET_ASIDE, "value", [date(2017, 3, 1)]),
    ),
    case(
        "seconds_since_1970_as_a_timestamp",
        values("2017-03-01T12:00:00Z", 1488369600, columns=TIMESTAMP),
        Quarantined(SET_ASIDE, "value", [NOON]),
    ),
    case(
        "timestamp_as_a_date",
        values(date(2017, 3, 1), NOON, columns=DATE),
        Quarantined(SET_ASIDE, "value", [date(2017, 3, 1)], "date"),
    ),
    case(
        "year_10000_in_text",
        values("9999-12-31", "10000-01-01", columns=DATE),
        Quarantined(SET_ASIDE, "value", [date(9999, 12, 31)]),
    ),
    case(
        "time_of_day",
        values(time(9, 30), time(23, 59, 59, 1)),
        Accepted(["09:30:00.000000", "23:59:59.000001"], "string"),
    ),
    case("duration", values(timedelta(days=1, seconds=5)), Accepted(["24:00:05"], "string")),
    case(
        "date_then_timestamp",
        values(date(2017, 3, 1)),
        Accepted([date(2017, 3, 1)], "date"),
        rows({"id": 2, "value": NOON}),
        Quarantined(SET_ASIDE, "value is timestamp", [date(2017, 3, 1)], "date"),
    ),
    case(
        "text_after_timestamps",
        values(NOON),
        Accepted([NOON]),
        rows({"id": 2, "value": "2017-03-01T12:00:00Z"}, {"id": 3, "value": "noon"}),
        Quarantined([(3, "type", "value")], "value", [NOON, NOON]),
    ),
]
