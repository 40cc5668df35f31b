"""Plan the `dbt build` of a business date: its window of days, and what it excludes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from larder.lake import layers

# Late-arriving rows and corrections change past days; the microbatches of these days are rebuilt.
LOOKBACK_DAYS = 3
# The first microbatch of a full build: no source has older data.
HISTORY_BEGINS = date(2017, 1, 1)
# The anomaly monitors, by the tag that Elementary gives its tests.
MONITORS = "tag:elementary-tests"
# The models over `ops` are built after the run, and the monitors, which block nothing, also run after it.
EXCLUDED = ("tag:ops", "package:elementary", MONITORS)
# Listing a schema reads the metadata of all its tables: dbt lists those that it builds into.
CACHE = "--cache-selected-only"

# Microbatches of a backfill, and the days up to which they are used: each is a query and a commit.
BATCH_SIZES = {"day": 31, "month": 731}


@dataclass(frozen=True)
class Build:
    """A build: dbt's arguments, and the environment variables that models read."""

    arguments: list[str]
    environment: dict[str, str]


def plan_build(business_date: date, *, full_refresh: bool = False) -> Build:
    """Plan the build of a business date, or of all history up to it, without unit tests.

    The window begins at the last day built, minus the days that late-arriving rows may change. Microbatches
    are days, or years for all history.
    """
    # The window includes days on which nothing ran; if no day was ever built, it is all history.
    last_built = None if full_refresh else layers.read_last_date("gold.store_sales_daily", "sold_date")
    start = min(last_built, business_date) - timedelta(days=LOOKBACK_DAYS) if last_built else HISTORY_BEGINS
    end = business_date + timedelta(days=1)
    arguments = ["build", CACHE, "--exclude", *EXCLUDED, "--exclude-resource-type", "unit_test"]
    arguments += ["--event-time-start", start.isoformat(), "--event-time-end", end.isoformat()]
    return Build(
        arguments=[*arguments, "--full-refresh"] if full_refresh else arguments,
        environment={"LARDER_BATCH_SIZE": "day" if last_built else "year"},
    )


def plan_rebuild(models: Sequence[str], first: date, last: date, *, is_full: bool = False) -> Build:
    """Plan the build of some models for the business dates from `first` to `last`, or of all their data.

    Models that can be asked for dates compute these, besides what is new; others only what is new.
    """
    arguments = ["build", CACHE, "--select", *models]
    arguments += ["--exclude", MONITORS, "--exclude-resource-type", "unit_test"]
    if is_full:
        # Without a window, tests look at all days.
        return Build([*arguments, "--full-refresh"], {})
    end = last + timedelta(days=1)
    arguments += ["--event-time-start", first.isoformat(), "--event-time-end", end.isoformat()]
    days = (end - first).days
    size = next((size for size, most in BATCH_SIZES.items() if days <= most), "year")
    return Build(arguments, {"LARDER_BATCH_SIZE": size, "LARDER_BACKFILL": "true"})
