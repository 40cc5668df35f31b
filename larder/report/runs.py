"""The page of runs and slow models: how long everything takes, and whether that is as usual."""

from collections.abc import Sequence
from itertools import groupby

from larder.report import charts, text
from larder.report.blocks import (
    Block,
    Cell,
    Chart,
    Group,
    Sentence,
    Table,
    Tile,
    Tiles,
    columns,
    section,
    sparkline,
)
from larder.report.day import is_clean
from larder.report.links import run_link
from larder.report.page import Page
from larder.report.tables import HISTORY_DAYS
from larder.report.warehouse import Row, Warehouse

NO_RUN = "No run is recorded yet."
NO_BUILD = "No model was built yet."
# A model is slow where it takes half as long again as usual, and a second that one would notice.
SLOW_FACTOR, SLOW_SECONDS = 1.5, 1.0


def page(warehouse: Warehouse, prefect_ui_url: str | None) -> Page:
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
                    section("Slower than usual", lambda: _slower(warehouse), _SLOWER),
                    section("Slowest models", lambda: _slowest(warehouse), "As each was built last."),
                    section("Slowest models over time", lambda: _trend(warehouse), half=True),
                    section("Rows loaded over time", lambda: _loads(warehouse), half=True),
                    section("All runs", lambda: _history(warehouse, prefect_ui_url)),
                ],
            )
        ],
    )


_SLOWER = (
    "Models whose latest build took half as long again as usual and at least a second more. "
    "Usual is the median of the ten builds before."
)


def run_table(found: Sequence[Row], prefect_ui_url: str | None) -> Table:
    """Runs, the newest first, with links into Prefect where there is a UI."""
    heads = columns(
        "Run",
        "Business date",
        "Outcome",
        "#Took",
        "#Passed",
        "#Warned",
        "#Failed",
        "#Skipped",
        "Ended",
        "Error",
    )
    return Table("Runs", heads, [_run(run, prefect_ui_url) for run in found])


def _run(run: Row, prefect_ui_url: str | None) -> list[Cell]:
    counts = ("passed_count", "warned_count", "failed_count", "skipped_count")
    outcome = "completed" if is_clean(run) else f"failed: {run['failed_step'] or 'tests'}"
    return [
        Cell(
            str(run["run_name"]),
            link=run_link(prefect_ui_url, run["flow_run_id"]),
            detail="all tables anew" if run["is_full_refresh"] else "",
        ),
        Cell(text.day(run["business_date"])),
        Cell(outcome, "good" if is_clean(run) else "bad"),
        Cell(text.seconds(run["duration_seconds"])),
        *(Cell(text.number(run[name])) for name in counts),
        Cell(text.moment(run["finished_at"])),
        Cell(str(run["error"] or ""), is_code=bool(run["error"])),
    ]


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
    for role, name, is_wanted in (("accent", "Completed", True), ("bad", "Failed", False)):
        places = [place for place, run in enumerate(found) if is_clean(run) is is_wanted]
        if places:
            took = [found[place]["duration_seconds"] for place in places]
            trace = charts.bars(name, places, took, role, "%{customdata}<br>%{y:,.0f} s")
            traces.append(trace | {"customdata": [str(found[place]["run_name"]) for place in places]})
    figure = charts.figure(
        traces, "Seconds", y_format=",.0f", labels=labels, is_stacked=True, has_legend=True, height=260
    )
    caption = f"Duration of the latest {text.count(len(found), 'run')}, in their order, by business date."
    return [Chart("durations", caption, figure)]


def _slower(warehouse: Warehouse) -> list[Block]:
    models = warehouse.some("runs/models", NO_BUILD)
    slower = [
        model
        for model in models
        if model["usual_seconds"]
        and model["execution_seconds"] >= model["usual_seconds"] * SLOW_FACTOR
        and model["execution_seconds"] >= model["usual_seconds"] + SLOW_SECONDS
    ]
    if not slower:
        return [Sentence("None: every model was built about as fast as usual.", "good")]
    return [_models("Models slower than usual", slower)]


def _slowest(warehouse: Warehouse) -> list[Block]:
    return [_models("Slowest models", warehouse.some("runs/models", NO_BUILD)[:15])]


def _models(caption: str, models: Sequence[Row]) -> Table:
    heads = columns("Model", "#Latest", "#Usual", "#Change", "#Latest builds", "Owner")
    most = max(model["execution_seconds"] for model in models) or 1
    rows = [
        [
            Cell(model["model_name"], detail=f"{model['schema_name']}, {model['materialization']}"),
            Cell(text.seconds(model["execution_seconds"]), share=100 * model["execution_seconds"] / most),
            Cell(text.seconds(model["usual_seconds"])),
            Cell(_against_usual(model)),
            Cell("", points=sparkline(model["times"])),
            Cell(text.owner(model["owner"])),
        ]
        for model in models
    ]
    return Table(caption, heads, rows)


def _against_usual(model: Row) -> str:
    if not model["usual_seconds"]:
        return text.UNKNOWN
    return text.change(100 * (model["execution_seconds"] / model["usual_seconds"] - 1), 0)


def _trend(warehouse: Warehouse) -> list[Block]:
    builds = warehouse.some("runs/model_trend", NO_BUILD)
    traces = []
    for number, (name, group) in enumerate(groupby(builds, key=lambda build: str(build["model_name"]))):
        series = list(group)
        days = [build["business_date"] for build in series]
        times = [build["execution_seconds"] for build in series]
        traces.append(charts.line(name, days, times, charts.SERIES[number], "%{y:.1f} s"))
    figure = charts.figure(traces, "Seconds", y_format=",.0f", has_legend=True, height=340)
    return [Chart("model-trend", "Build times of the six models that take longest.", figure)]


def _loads(warehouse: Warehouse) -> list[Block]:
    loads = warehouse.some("runs/loads", "No load is recorded yet.")
    traces = []
    for number, (source, group) in enumerate(groupby(loads, key=lambda load: str(load["source"]))):
        series = list(group)
        days = [load["business_date"] for load in series]
        # A logarithmic axis has no place for zero.
        rows = [load["row_count"] or None for load in series]
        role = charts.SERIES[number % len(charts.SERIES)]
        traces.append(charts.line(source, days, rows, role, "%{y:,.0f} rows"))
    figure = charts.figure(traces, "Rows, logarithmic", has_legend=True, height=340)
    figure["layout"]["yaxis"] |= {"type": "log", "dtick": 1, "rangemode": "normal"}
    return [Chart("loads", "Rows that each source brought for each business date.", figure)]


def _history(warehouse: Warehouse, prefect_ui_url: str | None) -> list[Block]:
    return [run_table(warehouse.some("runs/history", NO_RUN), prefect_ui_url)]
