"""The page of quality over time: what fails, how tables grow, how full and how fresh they are."""

from collections.abc import Sequence
from itertools import groupby

from report import charts, text
from report.blocks import Block, Cell, Chart, Group, Sentence, Table, columns, section, sparkline, tone
from report.page import Page
from report.tables import HISTORY_DAYS
from report.warehouse import Row, Warehouse

NO_TEST = "No test was run yet."
NO_MEASURE = "No table was measured yet."
NO_NULLS = "No column has nulls, or none was measured yet."


def page(warehouse: Warehouse) -> Page:
    """The page `quality.html`."""
    return Page(
        "quality.html",
        "Quality",
        f"Tests, rows, nulls and freshness over the last {HISTORY_DAYS} business dates.",
        [
            Group(
                "",
                [
                    section("Failing now", lambda: _failing(warehouse)),
                    section("Tests by status", lambda: _statuses(warehouse), half=True),
                    section("Source freshness", lambda: _freshness(warehouse), half=True),
                    section("Tests that come and go", lambda: _unsteady(warehouse), _UNSTEADY),
                    section("Growth of tables", lambda: _growth(warehouse), half=True),
                    section("Share of nulls", lambda: _null_lines(warehouse), half=True),
                    section("Rows of each table", lambda: _tables(warehouse), half=True, tall=True),
                    section("Columns with nulls", lambda: _null_table(warehouse), half=True),
                    section("Slowest tests", lambda: _slowest(warehouse), _SLOWEST, half=True),
                ],
            )
        ],
    )


_UNSTEADY = "Tests that failed or warned on one of the last 14 business dates."
_SLOWEST = "By the median of their latest ten runs."


def _failing(warehouse: Warehouse) -> list[Block]:
    failing = warehouse.rows("quality/failing")
    if not failing:
        warehouse.some("quality/statuses", NO_TEST)
        return [Sentence("Every test passed when it ran last.", "good")]
    heads = columns("Test", "Status", "Failing since", "Owner", "#Rows", "Message")
    rows = [
        [
            Cell(test["test_name"], detail=_tested(test)),
            Cell(test["status"], tone(test["status"])),
            Cell(text.moment(test["failing_since"])),
            Cell(text.owner(test["owner"])),
            Cell(text.number(test["failure_count"])),
            Cell(str(test["message"] or ""), is_code=True),
        ]
        for test in failing
    ]
    return [Table("Tests that fail or warn now", heads, rows)]


def _tested(test: Row) -> str:
    return ".".join(str(part) for part in (test["model_name"], test["column_name"]) if part)


def _statuses(warehouse: Warehouse) -> list[Block]:
    days = warehouse.some("quality/statuses", NO_TEST)
    places = list(range(len(days)))
    labels = [f"{day['business_date']:%d %b}" for day in days]
    kinds = (("passed", "good"), ("warned", "warn"), ("failed", "bad"), ("skipped", "skipped"))
    traces = []
    for name, role in kinds:
        counts = [day[f"{name}_count"] for day in days]
        if any(counts):
            traces.append(charts.bars(name.capitalize(), places, counts, role, "%{y:,}"))
    figure = charts.figure(
        traces, "Tests", y_format=",d", labels=labels, is_stacked=True, has_legend=True, height=300
    )
    return [Chart("test-statuses", "Tests of each business date, as its latest run left them.", figure)]


def _freshness(warehouse: Warehouse) -> list[Block]:
    checks = warehouse.some("quality/freshness", "The age of sources was not looked at yet.")
    traces = []
    for number, (source, group) in enumerate(groupby(checks, key=lambda check: str(check["source_name"]))):
        series = list(group)
        role = charts.SERIES[number % len(charts.SERIES)]
        days = [check["business_date"] for check in series]
        used = [check["used_pct"] for check in series]
        traces.append(charts.line(source, days, used, role, "%{y:.0f} %"))
    ends = [min(check["business_date"] for check in checks), max(check["business_date"] for check in checks)]
    traces.append(charts.line("Limit", ends, [100, 100], "bad", "%{y:.0f} %", is_thin=True, is_dotted=True))
    figure = charts.figure(
        traces, "Of the allowed age", y_format="~g", y_suffix=" %", has_legend=True, height=300
    )
    return [Chart("freshness", "Age of each source's table that is nearest to its limit.", figure)]


def _unsteady(warehouse: Warehouse) -> list[Block]:
    found = warehouse.rows("quality/unsteady")
    if not found:
        warehouse.some("quality/statuses", NO_TEST)
        return [Sentence("None failed or warned.", "good")]
    days = sorted({run["business_date"] for run in found})
    rows = []
    for _, group in groupby(found, key=lambda run: run["unique_id"]):
        runs = list(group)
        by_day = {run["business_date"]: run["status"] for run in runs}
        rows.append(
            [
                Cell(runs[0]["test_name"], detail=str(runs[0]["model_name"] or "")),
                Cell(text.number(runs[0]["failed_count"])),
                Cell(text.number(runs[0]["warned_count"])),
                *(_mark(by_day.get(day)) for day in days),
            ]
        )
    heads = columns("Test", "Failed", "Warned", *(f"{day:%d %b}" for day in days))
    return [Table("Tests that failed or warned lately, by business date", heads, rows, is_dense=True)]


def _mark(status: str | None) -> Cell:
    return Cell(status, tone(status)) if status else Cell("")


def _growth(warehouse: Warehouse) -> list[Block]:
    measures = warehouse.rows("quality/growth")
    if not measures:
        warehouse.some("quality/tables", NO_MEASURE)
        return [Sentence("No table grew or shrank.", "idle")]
    traces = []
    for number, (name, group) in enumerate(groupby(measures, key=lambda measure: str(measure["name"]))):
        series = list(group)
        days = [measure["business_date"] for measure in series]
        growth = [measure["growth_pct"] for measure in series]
        traces.append(charts.line(name, days, growth, charts.SERIES[number], "%{y:+.2f} %"))
    figure = charts.figure(
        traces, "Change", y_format="~g", y_suffix=" %", is_from_zero=False, has_legend=True, height=340
    )
    return [
        Chart("growth", "The six tables that grew or shrank most, against the first of the dates.", figure)
    ]


def _tables(warehouse: Warehouse) -> list[Block]:
    tables = warehouse.some("quality/tables", NO_MEASURE)
    rows = [
        [
            Cell(table["table_name"], detail=table["schema_name"]),
            Cell(text.number(table["row_count"]), detail=text.size(table["size_bytes"])),
            Cell(text.signed(table["row_count_change"])),
            Cell("", points=sparkline(table["row_counts"])),
        ]
        for table in tables
    ]
    heads = columns("Table", "#Rows", "#Latest run", "#Over time")
    return [Table("Rows of each table", heads, rows)]


def _null_lines(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("quality/null_rates", NO_NULLS)
    moved = [column for column in found if column["spread_points"]][: len(charts.SERIES)]
    if not moved:
        return [Sentence("No column's share of nulls moved.", "good")]
    traces = [
        charts.line(
            f"{column['table_name']}.{column['column_name']}",
            column["business_dates"],
            [pct - column["null_pcts"][0] for pct in column["null_pcts"]],
            charts.SERIES[number],
            "%{y:+.2f} points",
        )
        for number, column in enumerate(moved)
    ]
    figure = charts.figure(
        traces, "Percentage points", y_format="~g", is_from_zero=False, has_legend=True, height=340
    )
    return [
        Chart("nulls", "The columns whose share of nulls moved most, against the first of the dates.", figure)
    ]


def _null_table(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("quality/null_rates", NO_NULLS)
    rows = [
        [
            Cell(column["column_name"], detail=f"{column['schema_name']}.{column['table_name']}"),
            Cell(text.pct(column["null_pct"], 2), detail=f"{text.number(column['null_count'])} nulls"),
            Cell(f"{text.signed(column['change_points'], 2)} points"),
            Cell("", points=sparkline(column["null_pcts"])),
        ]
        for column in found
    ]
    heads = columns("Column", "#Nulls", "#Change", "#Over time")
    return [Table("Columns with nulls", heads, rows)]


def _slowest(warehouse: Warehouse) -> list[Block]:
    tests: Sequence[Row] = warehouse.some("quality/slowest_tests", NO_TEST)
    most = max(test["median_seconds"] or 0 for test in tests) or 1
    rows = [
        [
            Cell(test["test_name"], detail=str(test["model_name"] or "")),
            Cell(text.seconds(test["median_seconds"]), share=100 * (test["median_seconds"] or 0) / most),
            Cell(text.seconds(test["latest_seconds"])),
            Cell("", points=sparkline(test["times"])),
        ]
        for test in tests
    ]
    heads = columns("Test", "#Usual", "#Latest", "#Latest runs")
    return [Table("Slowest tests", heads, rows)]
