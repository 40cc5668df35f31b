"""The banner: the state of the business date, and of the dates before it."""

from collections.abc import Sequence

from larder.report import text
from larder.report.page import Banner, Square
from larder.report.pages.front.state import Day, day_state
from larder.report.run_table import NO_RUN, link_run
from larder.report.warehouse import NoDataError, Row, UnreadableError, Warehouse


def build_banner(warehouse: Warehouse, prefect_ui_url: str | None) -> Banner:
    """Build the banner with the state of the date, or a note that nothing has run yet."""
    now = warehouse.business_date
    try:
        dates = warehouse.some("front/business_dates", NO_RUN)
    except UnreadableError as error:
        return Banner(text.long_day(now), "warn", "Unknown", str(error), [], "", [])
    except NoDataError as error:
        sentence = f"{error} The first daily run fills this page."
        return Banner(text.long_day(now), "idle", "Nothing yet", sentence, [], "", [])
    day = _find_state(warehouse, dates)
    squares = [
        Square(
            text.day(one["business_date"]),
            "good" if one["is_ready"] else "bad",
            "ready" if one["is_ready"] else "not ready",
            one["business_date"] == now,
        )
        for one in reversed(dates)
    ]
    link = link_run(prefect_ui_url, day.run["flow_run_id"] if day.run else None)
    return Banner(text.long_day(now), day.tone, day.word, day.sentence, _facts(day), link, squares)


def _find_state(warehouse: Warehouse, dates: Sequence[Row]) -> Day:
    others = [
        one["business_date"]
        for one in dates
        if one["is_ready"] and one["business_date"] != warehouse.business_date
    ]
    runs = warehouse.rows("front/day_runs")
    return day_state(runs, _count_late(warehouse), others[0] if others else None)


def _count_late(warehouse: Warehouse) -> int:
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
