"""Table growth, null rates and source freshness over time."""

from itertools import groupby

from larder.report import charts, text
from larder.report.blocks import Block, Cell, Chart, Sentence, Table, columns, sparkline
from larder.report.warehouse import Warehouse

NO_MEASURE = "No table has been measured yet."
NO_NULLS = "No column has nulls, or none has been measured yet."


def freshness(warehouse: Warehouse) -> list[Block]:
    """The age of each source, in percent of its limit."""
    checks = warehouse.some("quality/freshness", "The freshness of sources has not been checked yet.")
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
    return [Chart("freshness", "Age of the table nearest to its limit, for each source.", figure)]


def growth(warehouse: Warehouse) -> list[Block]:
    """The tables whose row counts changed most."""
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


def tables(warehouse: Warehouse) -> list[Block]:
    """Each table's row count, now and over time."""
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


def null_lines(warehouse: Warehouse) -> list[Block]:
    """The columns whose share of nulls changed most."""
    found = warehouse.some("quality/null_rates", NO_NULLS)
    changed = [column for column in found if column["spread_points"]][: len(charts.SERIES)]
    if not changed:
        return [Sentence("No column's share of nulls has changed.", "good")]
    traces = [
        charts.line(
            f"{column['table_name']}.{column['column_name']}",
            column["business_dates"],
            [pct - column["null_pcts"][0] for pct in column["null_pcts"]],
            charts.SERIES[number],
            "%{y:+.2f} points",
        )
        for number, column in enumerate(changed)
    ]
    figure = charts.figure(
        traces, "Percentage points", y_format="~g", is_from_zero=False, has_legend=True, height=340
    )
    return [
        Chart(
            "nulls", "The columns whose share of nulls changed most, against the first of the dates.", figure
        )
    ]


def null_table(warehouse: Warehouse) -> list[Block]:
    """Columns that hold nulls, now and over time."""
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
