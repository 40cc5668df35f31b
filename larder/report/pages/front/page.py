"""The front page: whether the business date's data is ready, and if not, what failed and who owns it."""

from larder.report.blocks import Block, Group, section
from larder.report.page import Page
from larder.report.pages.front import failures, figures, incidents, quarantine, service_levels, sources
from larder.report.pages.front.banner import build_banner
from larder.report.run_table import NO_RUN, build_run_table
from larder.report.warehouse import Warehouse

LATEST_RUNS = 8
FAILED = "Root causes only, without the nodes that were skipped because of them."
LEVELS = "On the business clock, in UTC; missed ones first."
REJECTED = "Kept in the quarantine, by source and the rule that they break; `larder quarantine` has them."
LOADED = "By the latest run of the date."


def build_front_page(warehouse: Warehouse, prefect_ui_url: str | None) -> Page:
    """The page `index.html`."""
    sections = [
        section("At a glance", lambda: figures.blocks(warehouse)),
        section("What failed", lambda: failures.blocks(warehouse), FAILED),
        section("Service levels", lambda: service_levels.blocks(warehouse), LEVELS),
        section("Open incidents", lambda: incidents.blocks(warehouse)),
        section("Rejected rows", lambda: quarantine.blocks(warehouse), REJECTED),
        section("Source freshness", lambda: sources.freshness(warehouse), half=True),
        section("What was loaded", lambda: sources.loads(warehouse), LOADED, half=True),
        section("Latest runs", lambda: _latest_runs(warehouse, prefect_ui_url)),
    ]
    banner = build_banner(warehouse, prefect_ui_url)
    return Page("index.html", "Today", "", [Group("", sections)], banner)


def _latest_runs(warehouse: Warehouse, prefect_ui_url: str | None) -> list[Block]:
    return [build_run_table(warehouse.some("runs/history", NO_RUN)[:LATEST_RUNS], prefect_ui_url)]
