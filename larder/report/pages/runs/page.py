"""The runs page: how long runs and models take, and whether that is as usual."""

from itertools import groupby

from larder.report import charts, text
from larder.report.blocks import Block, Chart, Group, Sentence, Tile, Tiles, section
from larder.report.page import Page
from larder.report.pages.runs import models
from larder.report.run_table import NO_RUN, build_run_table, is_clean
from larder.report.tables import HISTORY_DAYS
from larder.report.warehouse import Warehouse

SLOWER = (
    "Models whose latest build took 50 % longer than usual, and at least a second longer. "
    "Usual is the median of the ten builds before."
)


def build_runs_page(warehouse: Warehouse, prefect_ui_url: str | None) -> Page:
    """The page `runs.html`."""
    return Page(
        "runs.html",
        "Runs",
        f"How the runs of the last {HISTORY_DAYS} business dates went, and where their time goes.",
        [
            Group(
                "",
                [
                    section("In short", lambda: _totals(warehouse)),
                    section("How long runs took", lambda: _durations(warehouse)),
                    section("Slower than usual", lambda: models.slower(warehouse), SLOWER),
                    section(
                        "Slowest models", lambda: models.slowest(warehouse), "By the latest build of each."
                    ),
                    section("Slowest models over time", lambda: models.trend(warehouse), half=True),
                    section("Rows loaded over time", lambda: _loads(warehouse), half=True),
                    section("All runs", lambda: _history(warehouse, prefect_ui_url)),
                ],
            )
        ],
    )


def _totals(warehouse: Warehouse) -> list[Block]:
    totals = warehouse.rows("runs/totals")[0]
    if not totals["run_count"]:
        return [Sentence(NO_RUN, "idle")]
    completed = 100 * totals["completed_count"] / totals["run_count"]
    return [
        Tiles(
            [
                Tile(
                    "Runs",
                    text.number(totals["run_count"]),
                    f"of {text.count(totals['date_count'], 'business date')}",
                ),
                Tile("Completed", text.pct(completed, 0), f"{totals['completed_count']:,} runs"),
                Tile("Usual duration", text.seconds(totals["median_seconds"]), "median of completed runs"),
                Tile("Latest run", text.seconds(totals["latest_seconds"])),
            ]
        )
    ]


def _durations(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("runs/history", NO_RUN)[::-1]
    labels = [f"{run['business_date']:%d %b}" for run in found]
    traces = []
    for role, name, has_completed in (("accent", "Completed", True), ("bad", "Failed", False)):
        positions = [number for number, run in enumerate(found) if is_clean(run) is has_completed]
        if positions:
            durations = [found[number]["duration_seconds"] for number in positions]
            trace = charts.bars(name, positions, durations, role, "%{customdata}<br>%{y:,.0f} s")
            traces.append(trace | {"customdata": [str(found[number]["run_name"]) for number in positions]})
    figure = charts.figure(
        traces, "Seconds", y_format=",.0f", labels=labels, is_stacked=True, has_legend=True, height=260
    )
    caption = f"Duration of the latest {text.count(len(found), 'run')}, in their order, by business date."
    return [Chart("durations", caption, figure)]


def _loads(warehouse: Warehouse) -> list[Block]:
    loads = warehouse.some("runs/loads", "No load is recorded yet.")
    traces = []
    for number, (source, group) in enumerate(groupby(loads, key=lambda load: str(load["source"]))):
        series = list(group)
        days = [load["business_date"] for load in series]
        # A logarithmic axis cannot show zero.
        rows = [load["row_count"] or None for load in series]
        role = charts.SERIES[number % len(charts.SERIES)]
        traces.append(charts.line(source, days, rows, role, "%{y:,.0f} rows"))
    figure = charts.figure(traces, "Rows, logarithmic", has_legend=True, height=340)
    figure["layout"]["yaxis"] |= {"type": "log", "dtick": 1, "rangemode": "normal"}
    return [Chart("loads", "Rows loaded per source and business date.", figure)]


def _history(warehouse: Warehouse, prefect_ui_url: str | None) -> list[Block]:
    return [build_run_table(warehouse.some("runs/history", NO_RUN), prefect_ui_url)]
