"""Sales per day, by weekday and by department."""

from larder.report import charts, text
from larder.report.blocks import Block, Cell, Chart, Group, Table, Tile, Tiles, columns, section
from larder.report.warehouse import Warehouse

NO_SALES = "No sales are recorded yet."


def group(warehouse: Warehouse) -> Group:
    """Sales of all stores together."""
    return Group(
        "",
        [
            section("In short", lambda: _totals(warehouse)),
            section("Sales per day", lambda: _days(warehouse)),
            section("Baskets per day", lambda: _baskets(warehouse), half=True),
            section("An average week", lambda: _weekdays(warehouse), half=True),
            section("Departments", lambda: _departments(warehouse), "The latest four weeks."),
        ],
    )


def _totals(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("business/totals", NO_SALES)[0]
    discount = _ratio(found["month_discount_usd"], found["month_gross_usd"])
    basket, before = (
        _ratio(found["month_usd"], found["month_baskets"]),
        _ratio(found["month_before_usd"], found["month_before_baskets"]),
    )
    return [
        Tiles(
            [
                Tile(
                    f"Sales on {found['latest_date']:%a %d %b}",
                    text.usd(found["day_usd"]),
                    _compare(found["day_usd"], found["day_before_usd"], "a week before"),
                ),
                Tile(
                    "Sales of 7 days",
                    text.usd(found["week_usd"]),
                    _compare(found["week_usd"], found["week_before_usd"], "the 7 days before"),
                ),
                Tile(
                    "Baskets of 7 days",
                    text.number(found["week_baskets"]),
                    _compare(found["week_baskets"], found["week_before_baskets"], "the 7 days before"),
                ),
                Tile(
                    "Sales of 28 days",
                    text.usd(found["month_usd"]),
                    _compare(found["month_usd"], found["month_before_usd"], "the 28 days before"),
                ),
                Tile("Average basket", text.usd(basket, 2), _compare(basket, before, "the 28 days before")),
                Tile("Discounts", text.pct(discount and 100 * discount), "of shelf prices, 28 days"),
            ]
        )
    ]


def _ratio(value: float | None, total: float | None) -> float | None:
    return value / total if value is not None and total else None


def _compare(value: float | None, before: float | None, when: str) -> str:
    ratio = _ratio(value, before)
    return "" if ratio is None else f"{text.change(100 * (ratio - 1))} vs {when}"


def _days(warehouse: Warehouse) -> list[Block]:
    days = warehouse.some("business/days", NO_SALES)
    dates = [day["sold_date"] for day in days]
    each = [day["net_sales_usd"] for day in days]
    means = [day["week_mean_usd"] for day in days]
    traces = [
        charts.line("Per day", dates, each, "pale", "$%{y:,.0f}", is_thin=True),
        charts.line("Mean of 7 days", dates, means, "accent", "$%{y:,.0f}"),
    ]
    figure = charts.figure(traces, "Net sales", y_format="~s", y_prefix="$", height=340)
    return [
        Chart("sales", "Net sales of all stores per day, and the mean of the seven days up to it.", figure)
    ]


def _baskets(warehouse: Warehouse) -> list[Block]:
    days = warehouse.some("business/days", NO_SALES)
    dates = [day["sold_date"] for day in days]
    traces = [
        charts.line("Per day", dates, [day["basket_count"] for day in days], "pale", "%{y:,}", is_thin=True),
        charts.line(
            "Mean of 7 days", dates, [day["week_mean_baskets"] for day in days], "accent", "%{y:,.0f}"
        ),
    ]
    figure = charts.figure(traces, "Baskets", y_format=",d")
    return [Chart("baskets", "Completed baskets of all stores.", figure)]


def _weekdays(warehouse: Warehouse) -> list[Block]:
    days = warehouse.some("business/weekdays", NO_SALES)
    labels = [day["weekday"] for day in days]
    sold = [day["net_sales_usd"] for day in days]
    trace = charts.bars("Net sales", list(range(len(days))), sold, "accent", "$%{y:,.0f}")
    figure = charts.figure([trace], "Net sales", y_format="~s", y_prefix="$", labels=labels)
    return [
        Chart("weekdays", "Net sales of all stores on an average day of the latest twelve weeks.", figure)
    ]


def _departments(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("business/departments", NO_SALES)
    most = max(department["share_pct"] or 0 for department in found) or 1
    rows = [
        [
            Cell(text.sentence_case(department["department"])),
            Cell(text.usd(department["net_sales_usd"])),
            Cell(text.pct(department["share_pct"]), share=100 * (department["share_pct"] or 0) / most),
            Cell(text.pct(department["discount_pct"])),
        ]
        for department in found
    ]
    heads = columns("Department", "#Net sales", "#Of all sales", "#Discount")
    return [Table("Net sales by department", heads, rows)]
