"""The front page: can the data of the business date be used, and if not, why, and whose is it."""

from collections.abc import Sequence

from larder.report import failures, glance, text, today
from larder.report.blocks import Block, Group, section
from larder.report.day import Day, state
from larder.report.links import run_link
from larder.report.page import Banner, Page, Square
from larder.report.runs import run_table
from larder.report.warehouse import NoDataError, Row, UnreadableError, Warehouse

NO_RUN = "No run is recorded yet."
LATEST_RUNS = 8


def page(warehouse: Warehouse, prefect_ui_url: str | None) -> Page:
    """The page `index.html`."""
    sections = [
        section("At a glance", lambda: glance.tiles(warehouse)),
        section("What failed", lambda: failures.blocks(warehouse), _FAILED),
        section("Service levels", lambda: today.service_levels(warehouse), _LEVELS),
        section("Open incidents", lambda: today.incidents(warehouse)),
        section("Source freshness", lambda: today.freshness(warehouse), half=True),
        section(
            "What was loaded", lambda: today.loads(warehouse), "By the latest run of the date.", half=True
        ),
        section("Latest runs", lambda: _latest_runs(warehouse, prefect_ui_url)),
    ]
    return Page("index.html", "Today", "", [Group("", sections)], _banner(warehouse, prefect_ui_url))


_FAILED = "First causes only: not what was skipped for them."
_LEVELS = "On the business clock, in UTC; missed ones first."


def _banner(warehouse: Warehouse, prefect_ui_url: str | None) -> Banner:
    """The state of the date; where nothing was ever run, that."""
    now = warehouse.business_date
    try:
        dates = warehouse.some("front/business_dates", NO_RUN)
    except UnreadableError as error:
        return Banner(text.long_day(now), "warn", "Unknown", str(error), [], "", [])
    except NoDataError as error:
        sentence = f"{error} The first daily run fills this page."
        return Banner(text.long_day(now), "idle", "Nothing yet", sentence, [], "", [])
    day = _day(warehouse, dates)
    squares = [
        Square(
            text.day(one["business_date"]),
            "good" if one["is_ready"] else "bad",
            "ready" if one["is_ready"] else "not ready",
            one["business_date"] == now,
        )
        for one in reversed(dates)
    ]
    link = run_link(prefect_ui_url, day.run["flow_run_id"] if day.run else None)
    return Banner(text.long_day(now), day.tone, day.word, day.sentence, _facts(day), link, squares)


def _day(warehouse: Warehouse, dates: Sequence[Row]) -> Day:
    others = [
        one["business_date"]
        for one in dates
        if one["is_ready"] and one["business_date"] != warehouse.business_date
    ]
    runs = warehouse.rows("front/day_runs")
    return state(runs, _late_count(warehouse), others[0] if others else None)


def _late_count(warehouse: Warehouse) -> int:
    try:
        return sum(one["is_kept"] is False for one in warehouse.rows("front/service_levels"))
    except NoDataError:
        # Its own section says so.
        return 0


def _facts(day: Day) -> list[str]:
    if day.run is None or day.since is None:
        return []
    word = "since" if day.tone != "bad" else "stopped at"
    facts = [f"{word} {text.moment(day.since)} UTC"]
    if day.run["warned_count"]:
        facts.append(text.count(day.run["warned_count"], "warning"))
    return facts


def _latest_runs(warehouse: Warehouse, prefect_ui_url: str | None) -> list[Block]:
    return [run_table(warehouse.some("runs/history", NO_RUN)[:LATEST_RUNS], prefect_ui_url)]
