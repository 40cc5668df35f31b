"""Numbers, money and times as the site writes them."""

from datetime import date, datetime

import pytest

from larder.report import text
from larder.report.blocks import sparkline


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (text.number(1234567), "1,234,567"),
        (text.number(-12), "−12"),
        (text.number(None), "–"),
        (text.signed(12), "+12"),
        (text.signed(-0.001, 2), "0.00"),
        (text.usd(1234.5, 2), "$1,234.50"),
        (text.usd(-3), "−$3"),
        (text.pct(12.34), "12.3 %"),
        (text.change(3.21), "+3.2 %"),
        (text.seconds(4.21), "4.2 s"),
        (text.seconds(59.97), "1 min 0 s"),
        (text.seconds(128), "2 min 8 s"),
        (text.seconds(7260), "2 h 1 min"),
        (text.minutes(95), "1 h 35 min"),
        (text.hours(0.2), "12 min"),
        (text.hours(3.25), "3.2 h"),
        (text.hours(50.4), "2.1 days"),
        (text.size(1536), "1.5 KiB"),
        (text.size(3 * 2**40), "3.0 TiB"),
        (text.moment(datetime(2017, 12, 31, 4, 52)), "2017-12-31 04:52"),
        (text.long_day(date(2017, 12, 31)), "Sunday, 31 December 2017"),
        (text.count(1, "run"), "1 run"),
        (text.count(2000, "run"), "2,000 runs"),
        (text.owner(None), "no owner named"),
        (text.sentence_case("NEW or occasional"), "New or occasional"),
    ],
)
def test_values_are_written_as_people_read_them(written: str, expected: str) -> None:
    assert written == expected


def test_a_sparkline_spans_its_box() -> None:
    assert sparkline([1, None, 3, 2]) == "0.0,22.0 50.0,2.0 100.0,12.0"
    assert sparkline([5, 5]) == "0.0,12.0 100.0,12.0"
    assert sparkline([5]) == ""
