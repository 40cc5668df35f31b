"""Prices and promotions: price changes and promotion lift."""

from larder.report import charts, text
from larder.report.blocks import Block, Cell, Chart, Group, Table, columns, section
from larder.report.warehouse import Warehouse

NO_CHANGE = "No price has changed in the last four weeks."
NO_PROMOTION = "No promotion is recorded yet."


def group(warehouse: Warehouse) -> Group:
    """Prices and promotions."""
    return Group(
        "Prices and promotions",
        [
            section("Price changes", lambda: _price_days(warehouse), "The latest four weeks.", half=True),
            section("Promotion lift by week", lambda: _lift_weeks(warehouse), _LIFT, half=True),
            section("Biggest price changes", lambda: _prices(warehouse), _PRICES, half=True),
            section("Categories with most lift", lambda: _lift_categories(warehouse), _CATEGORIES, half=True),
        ],
    )


_LIFT = "Units sold in promoting stores, against the rate of stores without the promotion."
_PRICES = "Of the latest four weeks, among prices of a dollar or more."
_CATEGORIES = "Most extra units over the latest twelve weeks."


def _price_days(warehouse: Warehouse) -> list[Block]:
    days = warehouse.some("business/price_days", NO_CHANGE)
    labels = [f"{day['changed_date']:%d %b}" for day in days]
    positions = list(range(len(days)))
    traces = [
        charts.bars("Raised", positions, [day["raised_count"] for day in days], "series2", "%{y:,}"),
        charts.bars("Lowered", positions, [day["lowered_count"] for day in days], "accent", "%{y:,}"),
    ]
    figure = charts.figure(traces, "Products", y_format=",d", labels=labels, height=300)
    latest = text.day(days[-1]["changed_date"])
    caption = f"Shelf prices that rose and fell; the latest day with changes is {latest}."
    return [Chart("price-days", caption, figure)]


def _prices(warehouse: Warehouse) -> list[Block]:
    rows = [
        [
            Cell(
                text.sentence_case(change["product_type"]),
                detail=", ".join(
                    str(part)
                    for part in (change["brand"], change["package_size"], f"product {change['product_id']}")
                    if part
                ),
            ),
            Cell(text.usd(change["previous_price_usd"], 2)),
            Cell(text.usd(change["shelf_price_usd"], 2)),
            Cell(text.change(change["change_pct"], 0), detail=text.day(change["valid_from_at"].date())),
        ]
        for change in warehouse.some("business/prices", NO_CHANGE)
    ]
    heads = columns("Product", "#Before", "#Now", "#Change")
    return [Table("Biggest price changes", heads, rows)]


def _lift_weeks(warehouse: Warehouse) -> list[Block]:
    weeks = warehouse.some("business/lift_weeks", NO_PROMOTION)
    days = [week["week_start_date"] for week in weeks]
    lifts = [week["lift_pct"] for week in weeks]
    trace = charts.line("Lift", days, lifts, "accent", "%{y:+,.0f} %")
    figure = charts.figure([trace], "Lift", y_format=",.0f", y_suffix=" %", height=300)
    caption = "How much more promoting stores sold of what they promoted, by week of promotion."
    return [Chart("lift-weeks", caption, figure)]


def _lift_categories(warehouse: Warehouse) -> list[Block]:
    rows = [
        [
            Cell(text.sentence_case(category["product_category"])),
            Cell(text.number(category["promoted_quantity"])),
            Cell(text.number(category["expected_quantity"])),
            Cell(text.signed(category["extra_quantity"]), detail=text.change(category["lift_pct"], 0)),
        ]
        for category in warehouse.some("business/lift_categories", NO_PROMOTION)
    ]
    heads = columns("Category", "#Units", "#Expected", "#Extra")
    return [Table("Product categories with most lift", heads, rows)]
