"""What a `dbt build` of a business date covers: its window of days, and what it leaves out."""

from dataclasses import dataclass
from datetime import date, timedelta

from larder.lake import layers

# Late rows and corrections change days that are past; the microbatches of these days are built again.
LOOKBACK_DAYS = 3
# Where the microbatches of a build of everything begin: no source is older.
HISTORY_BEGINS = date(2017, 1, 1)
# The anomaly monitors, by the tag that Elementary gives its tests.
MONITORS = "tag:elementary-tests"
# What is told of runs is built after them, and the monitors, which stop nothing, run after them, too.
EXCLUDED = ("tag:ops", "package:elementary", MONITORS)


@dataclass(frozen=True)
class Build:
    """A build: dbt's arguments, and what models read from the environment meanwhile."""

    arguments: list[str]
    environment: dict[str, str]


def plan_build(business_date: date, *, full_refresh: bool = False) -> Build:
    """The build of a business date, or of all of history up to it, without unit tests.

    A day's window begins at the last day built, less the days that late rows may change. Microbatches are
    days, or years when all of history is built.
    """
    # Days on which nothing ran are built too; if none was built, that is all of them.
    built = None if full_refresh else layers.last_date("gold.store_sales_daily", "sold_date")
    start = min(built, business_date) - timedelta(days=LOOKBACK_DAYS) if built else HISTORY_BEGINS
    end = business_date + timedelta(days=1)
    arguments = ["build", "--exclude", *EXCLUDED, "--exclude-resource-type", "unit_test"]
    arguments += ["--event-time-start", start.isoformat(), "--event-time-end", end.isoformat()]
    return Build(
        arguments=[*arguments, "--full-refresh"] if full_refresh else arguments,
        environment={"LARDER_BATCH_SIZE": "day" if built else "year"},
    )
