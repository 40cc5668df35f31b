"""The quality page: failing tests, table growth, null rates and freshness over time."""

from larder.report.blocks import Group, section
from larder.report.page import Page
from larder.report.pages.quality import measures, quarantine, tests
from larder.report.tables import HISTORY_DAYS
from larder.report.warehouse import Warehouse

UNSTEADY = "Tests that failed or warned on one of the last 14 business dates."
REJECTED = f"Those that are open, and others of the last {HISTORY_DAYS} business dates; without values."
SLOWEST = "By the median of their latest ten runs."


def build_quality_page(warehouse: Warehouse) -> Page:
    """The page `quality.html`."""
    return Page(
        "quality.html",
        "Quality",
        f"Tests, rows, nulls and freshness over the last {HISTORY_DAYS} business dates.",
        [
            Group(
                "",
                [
                    section("Failing now", lambda: tests.failing(warehouse)),
                    section("Rejected rows", lambda: quarantine.blocks(warehouse), REJECTED),
                    section("Tests by status", lambda: tests.statuses(warehouse), half=True),
                    section("Source freshness", lambda: measures.freshness(warehouse), half=True),
                    section("Tests that come and go", lambda: tests.unsteady(warehouse), UNSTEADY),
                    section("Growth of tables", lambda: measures.growth(warehouse), half=True),
                    section("Share of nulls", lambda: measures.null_lines(warehouse), half=True),
                    section("Rows of each table", lambda: measures.tables(warehouse), half=True, tall=True),
                    section("Columns with nulls", lambda: measures.null_table(warehouse), half=True),
                    section("Slowest tests", lambda: tests.slowest(warehouse), SLOWEST, half=True),
                ],
            )
        ],
    )
