"""Tests: failing, flaky and slow ones."""

from collections.abc import Sequence
from itertools import groupby

from larder.report import charts, text
from larder.report.blocks import Block, Cell, Chart, Sentence, Table, columns, sparkline, tone
from larder.report.warehouse import Row, Warehouse

NO_TEST = "No test has run yet."


def failing(warehouse: Warehouse) -> list[Block]:
    """The tests that fail or warn now."""
    failing = warehouse.rows("quality/failing")
    if not failing:
        warehouse.some("quality/statuses", NO_TEST)
        return [Sentence("Every test passed in its latest run.", "good")]
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


def statuses(warehouse: Warehouse) -> list[Block]:
    """The number of tests that passed, warned, failed and were skipped, by business date."""
    days = warehouse.some("quality/statuses", NO_TEST)
    positions = list(range(len(days)))
    labels = [f"{day['business_date']:%d %b}" for day in days]
    kinds = (("passed", "good"), ("warned", "warn"), ("failed", "bad"), ("skipped", "skipped"))
    traces = []
    for name, role in kinds:
        counts = [day[f"{name}_count"] for day in days]
        if any(counts):
            traces.append(charts.bars(name.capitalize(), positions, counts, role, "%{y:,}"))
    figure = charts.figure(
        traces, "Tests", y_format=",d", labels=labels, is_stacked=True, has_legend=True, height=300
    )
    return [Chart("test-statuses", "Tests by status in the latest run of each business date.", figure)]


def unsteady(warehouse: Warehouse) -> list[Block]:
    """The tests that failed or warned on some of the latest dates."""
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


def slowest(warehouse: Warehouse) -> list[Block]:
    """The tests that take longest."""
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
