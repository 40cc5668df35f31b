"""Format numbers, money and times for people. Unknown values are a dash."""

from datetime import date, datetime
from decimal import Decimal

UNKNOWN = "–"
MINUTE, HOUR = 60, 3600
KIBI = 1024
TWO_DAYS_IN_HOURS = 48
Number = int | float | Decimal


def number(value: Number | None, digits: int = 0) -> str:
    """1234567 → 1,234,567."""
    return UNKNOWN if value is None else f"{value:,.{digits}f}".replace("-", "−")


def signed(value: Number | None, digits: int = 0) -> str:
    """A difference: 12 → +12, and 0 → 0."""
    if value is None:
        return UNKNOWN
    rounded = round(float(value), digits)
    return ("+" if rounded > 0 else "") + number(rounded + 0.0, digits)


def usd(value: Number | None, digits: int = 0) -> str:
    """US dollars: 1234.5 → $1,235, or $1,234.50 with two digits."""
    if value is None:
        return UNKNOWN
    return f"{'−' if value < 0 else ''}${abs(value):,.{digits}f}"


def pct(value: Number | None, digits: int = 1) -> str:
    """A share in percent: 12.34 → 12.3 %."""
    return UNKNOWN if value is None else f"{number(value, digits)} %"


def change(value: Number | None, digits: int = 1) -> str:
    """A change in percent: 3.2 → +3.2 %."""
    return UNKNOWN if value is None else f"{signed(value, digits)} %"


def seconds(value: Number | None) -> str:
    """A duration: 4.21 → 4.2 s, 128 → 2 min 8 s, 7260 → 2 h 1 min."""
    if value is None:
        return UNKNOWN
    if round(float(value), 1) < MINUTE:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


def minutes(value: Number | None) -> str:
    """A delay: 95 → 1 h 35 min."""
    if value is None:
        return UNKNOWN
    whole = round(value)
    return f"{whole} min" if whole < MINUTE else f"{whole // MINUTE} h {whole % MINUTE} min"


def hours(value: Number | None) -> str:
    """An age: 0.2 → 12 min, 3.25 → 3.2 h, 50 → 2.1 days."""
    if value is None:
        return UNKNOWN
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:.1f} h" if value < TWO_DAYS_IN_HOURS else f"{value / 24:.1f} days"


def size(value: Number | None) -> str:
    """Bytes: 1536 → 1.5 KiB."""
    if value is None:
        return UNKNOWN
    remaining = float(value)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if remaining < KIBI:
            return f"{remaining:.0f} {unit}" if unit == "B" else f"{remaining:.1f} {unit}"
        remaining /= KIBI
    return f"{remaining:.1f} TiB"


def moment(value: datetime | None) -> str:
    """A time in UTC, to the minute: 2017-12-31 04:52."""
    return UNKNOWN if value is None else f"{value:%Y-%m-%d %H:%M}"


def day(value: date | None) -> str:
    """A date: 2017-12-31."""
    return UNKNOWN if value is None else value.isoformat()


def long_day(value: date) -> str:
    """A date in words: Sunday, 31 December 2017."""
    return f"{value:%A}, {value.day} {value:%B %Y}"


def count(value: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 run, 2 runs."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def owner(value: str | None) -> str:
    """An owner, `Name <mail>`, or a text that says there is none."""
    return value or "no owner named"


def sentence_case(value: str | None) -> str:
    """DELI or `new or occasional` → Deli, New or occasional."""
    return value.capitalize() if value else UNKNOWN
