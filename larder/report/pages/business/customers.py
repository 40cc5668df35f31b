"""Customers: active households, segments and retention. Never a single household."""

from larder.report import charts, text
from larder.report.blocks import Block, Cell, Chart, Group, Table, columns, section
from larder.report.warehouse import Row, Warehouse

SEGMENTS = {
    "champion": "bought lately, and often",
    "at risk": "used to buy often, not lately",
    "regular": "in the middle of all",
    "new or occasional": "bought lately, not often",
    "lapsed": "neither lately nor often",
}
LEAST_PCT = 40  # the retention at which the colour scale begins


def group(warehouse: Warehouse) -> Group:
    """Customers as groups of households."""
    return Group(
        "Customers",
        [
            section("Active households", lambda: _active(warehouse), "That bought in the month.", half=True),
            section("Segments", lambda: _segments(warehouse), "By recency, frequency and value.", half=True),
            section("Who comes back", lambda: _retention(warehouse), _RETENTION),
        ],
    )


_RETENTION = (
    "Of the households that first bought in a month, how many bought again so many months later, in percent."
)


def _active(warehouse: Warehouse) -> list[Block]:
    months = warehouse.some("business/months", "No household has bought yet.")
    labels = [f"{month['month_date']:%b %y}" for month in months]
    counts = [month["household_count"] for month in months]
    trace = charts.bars("Households", list(range(len(months))), counts, "accent", "%{y:,} households")
    latest = months[-1]
    times, spent = text.number(latest["household_baskets"], 1), text.usd(latest["household_usd"])
    caption = f"In {latest['month_date']:%B %Y} a household bought {times} times for {spent} on average."
    return [Chart("households", caption, charts.figure([trace], "Households", y_format=",d", labels=labels))]


def _segments(warehouse: Warehouse) -> list[Block]:
    segments = warehouse.some("business/segments", "No household has bought yet.")
    most = max(segment["sales_pct"] or 0 for segment in segments) or 1
    rows = [
        [
            Cell(text.sentence_case(segment["segment"]), detail=SEGMENTS.get(segment["segment"], "")),
            Cell(text.number(segment["household_count"]), detail=text.pct(segment["household_pct"], 0)),
            Cell(text.pct(segment["sales_pct"], 0), share=100 * (segment["sales_pct"] or 0) / most),
            Cell(text.usd(segment["mean_value_usd"])),
        ]
        for segment in segments
    ]
    heads = columns("Segment", "#Households", "#Of all sales", "#Per household")
    return [Table("Customer segments", heads, rows)]


def _retention(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("business/retention", "No household has bought yet.")
    cohorts = sorted({row["cohort_month_date"] for row in found})
    by_month = {(row["cohort_month_date"], row["months_since_first"]): row for row in found}
    months = range(1, max(row["months_since_first"] for row in found) + 1)
    rows = [
        [
            Cell(f"{cohort:%b %Y}"),
            Cell(text.number(by_month[cohort, 0]["cohort_household_count"])),
            *(_share(by_month.get((cohort, month))) for month in months),
        ]
        for cohort in cohorts
        if (cohort, 0) in by_month
    ]
    heads = columns("First bought", "Households", *(f"+{month}" for month in months))
    return [Table("Retention of households by month of the first purchase", heads, rows, is_dense=True)]


def _share(row: Row | None) -> Cell:
    if row is None:
        return Cell("")
    return Cell(
        text.number(row["retention_pct"]),
        heat=max(0.0, (row["retention_pct"] - LEAST_PCT) / (100 - LEAST_PCT)),
    )
