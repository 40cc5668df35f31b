"""Sales store by store."""

from larder.report import text
from larder.report.blocks import Block, Cell, Group, Table, columns, section
from larder.report.pages.business.sales import NO_SALES
from larder.report.warehouse import Row, Warehouse

GROWTH = "The latest four weeks against the four before, for stores with $1,000 or more in these."


def group(warehouse: Warehouse) -> Group:
    """Sales store by store."""
    return Group(
        "Stores",
        [
            section(
                "Best sellers", lambda: _best(warehouse), "Net sales of the latest four weeks.", half=True
            ),
            section("Gains and losses", lambda: _growth(warehouse), GROWTH, half=True),
        ],
    )


def _best(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("business/stores", NO_SALES)
    rows = [
        [
            Cell(store["store_name"]),
            Cell(text.usd(store["net_sales_28_days_usd"]), share=store["share_pct"]),
            Cell(text.usd(store["average_basket_usd"], 2)),
            Cell(text.change(store["growth_pct"])),
        ]
        for store in found
    ]
    heads = columns("Store", "#Net sales", "#Average basket", "#Growth")
    return [Table("Stores that sell most", heads, rows)]


def _growth(warehouse: Warehouse) -> list[Block]:
    found = warehouse.some("business/growth", "No store has sales for more than four weeks yet.")
    heads = columns("Store", "#Before", "#Latest", "#Growth")
    return [Table("Stores that gained or lost most", heads, [_build_row(store) for store in found])]


def _build_row(store: Row) -> list[Cell]:
    growth = store["growth_pct"]
    return [
        Cell(store["store_name"]),
        Cell(text.usd(store["net_sales_previous_28_days_usd"])),
        Cell(text.usd(store["net_sales_28_days_usd"])),
        Cell(f"{'▲' if growth > 0 else '▼' if growth < 0 else '●'} {text.change(growth)}"),
    ]
