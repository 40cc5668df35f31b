"""The business page: its figures against pandas, and no single household on it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from larder.report.blocks import Chart, Section, Sentence, Table, Tiles
from larder.report.pages.business.page import build_business_page
from larder.report.tables import TABLES
from larder.report.warehouse import Warehouse
from tests.unit.site_tables import DAY, write

DAYS = [DAY - timedelta(days=number) for number in range(70)]


def sales() -> list[dict[str, Any]]:
    """Seventy days of two stores, no two days alike."""
    return [
        {
            "store_id": store, "sold_date": day, "basket_count": 3 + number % 5 + store,
            "voided_basket_count": number % 2,
            "gross_sales_usd": Decimal(f"{200 + (number * 37 + store * 11) % 97}.25"),
            "discount_usd": Decimal("20.25"),
            "net_sales_usd": Decimal(f"{180 + (number * 37 + store * 11) % 97}.00"),
        }
        for number, day in enumerate(DAYS)
        for store in (1, 2)
    ]  # fmt: skip


def sections() -> dict[str, Section]:
    """The sections by title."""
    with Warehouse(DAY) as warehouse:
        page = build_business_page(warehouse)
    return {section.title: section for group in page.groups for section in group.sections}


def table(found: Section) -> list[list[str]]:
    """The texts of a section's table."""
    (only,) = found.blocks
    assert isinstance(only, Table)
    return [[cell.text for cell in row] for row in only.rows]


def traces(found: Section) -> list[dict[str, Any]]:
    """The lines and bars of a section's chart."""
    (only,) = found.blocks
    assert isinstance(only, Chart)
    data: list[dict[str, Any]] = only.figure["data"]
    return data


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows for pandas, decimals as numbers."""
    return pd.DataFrame(
        [
            {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
            for row in rows
        ]
    )


def test_each_section_says_what_is_missing(home: Path) -> None:
    for section in sections().values():
        (only,) = section.blocks
        assert isinstance(only, Sentence)
        assert only.text.startswith("No data yet: there is no table gold.")


def test_daily_sales_and_their_weekly_mean_match_pandas(home: Path) -> None:
    write("gold.store_sales_daily", sales())
    each, mean = traces(sections()["Sales per day"])
    days = frame(sales()).groupby("sold_date")["net_sales_usd"].sum().sort_index()
    assert each["x"] == [day.isoformat() for day in days.index]
    assert each["y"] == days.tolist()
    expected = days.rolling(7, min_periods=1).mean()
    assert [round(value, 6) for value in mean["y"]] == [round(value, 6) for value in expected]


def test_figures_compare_a_week_with_the_week_before(home: Path) -> None:
    rows = sales()
    # Days after the business date are ignored.
    write("gold.store_sales_daily", [*rows, rows[0] | {"sold_date": DAY + timedelta(days=1)}])
    (block,) = sections()["In short"].blocks
    assert isinstance(block, Tiles)
    tiles = {tile.label: tile for tile in block.tiles}
    days = frame(rows).groupby("sold_date")[["net_sales_usd", "basket_count"]].sum().sort_index()
    week, before = days.iloc[-7:].sum(), days.iloc[-14:-7].sum()
    change = 100 * (week["net_sales_usd"] / before["net_sales_usd"] - 1)
    assert tiles["Sales on Sun 31 Dec"].value == f"${days.iloc[-1]['net_sales_usd']:,.0f}"
    assert tiles["Sales of 7 days"].value == f"${week['net_sales_usd']:,.0f}"
    assert tiles["Sales of 7 days"].detail == f"{change:+.1f} % vs the 7 days before".replace("-", "−")
    assert tiles["Baskets of 7 days"].value == f"{week['basket_count']:.0f}"
    month = days.iloc[-28:].sum()
    assert tiles["Average basket"].value == f"${month['net_sales_usd'] / month['basket_count']:.2f}"


def test_an_average_week_begins_on_monday(home: Path) -> None:
    write("gold.store_sales_daily", sales())
    (bars,) = traces(sections()["An average week"])
    days = frame(sales()).groupby("sold_date")["net_sales_usd"].sum()
    by_weekday = days.groupby([day.weekday() for day in days.index]).mean()
    assert [round(value, 6) for value in bars["y"]] == [round(value, 6) for value in by_weekday]


def test_departments_are_joined_to_the_sales_of_four_weeks(home: Path) -> None:
    product: dict[str, Any] = {"product_type": "x", "brand": "y"}
    write(
        "gold.dim_products",
        [
            product | {"product_id": 1, "department": "DELI"},
            product | {"product_id": 2, "department": "MEAT"},
        ],
    )
    sold = {"quantity": 1, "discount_usd": Decimal("2.50")}
    rows = [
        (1, DAY, "7.50"),
        (1, DAY - timedelta(days=27), "30.00"),
        (1, DAY - timedelta(days=28), "1000.00"),
        (2, DAY, "60.00"),
        (3, DAY, "2.50"),
    ]
    write(
        "gold.product_sales_daily",
        [
            sold | {"product_id": one, "sold_date": day, "net_sales_usd": Decimal(usd)}
            for one, day, usd in rows
        ],
    )
    assert table(sections()["Departments"]) == [
        ["Meat", "$60", "60.0 %", "4.0 %"],
        ["Deli", "$38", "37.5 %", "11.8 %"],
        ["Unknown", "$2", "2.5 %", "50.0 %"],
    ]


def test_promotion_lift_expects_the_rate_of_the_other_stores(home: Path) -> None:
    write("gold.dim_products", [{"product_id": 1, "product_category": "SOUP"}])
    lift = {"product_id": 1, "promoted_store_count": 4, "unpromoted_store_count": 20}
    weeks = [
        lift | {"promotion_week": 52, "promoted_quantity": 30, "unpromoted_quantity": 50},
        # Promoted everywhere: there is nothing to compare with.
        lift
        | {"unpromoted_store_count": 0}
        | {"promotion_week": 52, "promoted_quantity": 99, "unpromoted_quantity": 0},
        lift | {"promotion_week": 53, "promoted_quantity": 10, "unpromoted_quantity": 50},
    ]  # fmt: skip
    write("gold.promotion_lift", weeks)
    found = sections()
    # 50 units in 20 stores are 2.5 per store, or 10 in 4 stores.
    (line,) = traces(found["Promotion lift by week"])
    assert list(zip(line["x"], line["y"], strict=True)) == [("2017-12-18", 200.0), ("2017-12-25", 0.0)]
    assert table(found["Categories with most lift"]) == [["Soup", "40", "20", "+20"]]


def test_prices_of_a_dollar_and_more_are_ranked_by_their_change(home: Path) -> None:
    write("gold.dim_products", [{"product_id": 1, "product_type": "MILK", "brand": "Private"}])
    price: dict[str, Any] = {"product_id": 1, "valid_from_at": datetime(2017, 12, 29)}
    changes = [
        ("2.00", "3.00", "50.00"),
        ("4.00", "1.00", "-75.00"),
        ("0.50", "5.00", "900.00"),
        (None, "9.00", None),
    ]
    rows = [
        price
        | {
            "previous_price_usd": before and Decimal(before),
            "shelf_price_usd": Decimal(now),
            "change_pct": pct and Decimal(pct),
        }
        for before, now, pct in changes
    ]
    write("gold.price_history", [*rows, rows[0] | {"valid_from_at": datetime(2017, 11, 1)}])
    found = sections()
    assert [row[1:] for row in table(found["Biggest price changes"])] == [
        ["$4.00", "$1.00", "−75 %"],
        ["$2.00", "$3.00", "+50 %"],
    ]
    raised, lowered = traces(found["Price changes"])
    assert (raised["y"], lowered["y"]) == ([2], [1])


def test_gains_and_losses_leave_out_stores_that_sold_little_before(home: Path) -> None:
    def store(name: str, before: str, lately: str, growth: str | None) -> dict[str, Any]:
        return {
            "store_name": name, "average_basket_usd": Decimal("20.00"),
            "net_sales_28_days_usd": Decimal(lately),
            "net_sales_previous_28_days_usd": Decimal(before),
            "growth_pct": growth and Decimal(growth),
        }  # fmt: skip

    stores = [
        store("Up", "1000", "1500", "50"),
        store("Down", "2000", "500", "-75"),
        store("New", "0", "800", None),
    ]
    write("gold.store_summary", [*stores, store("Tiny", "10", "90", "800")])
    found = sections()
    assert table(found["Gains and losses"]) == [
        ["Up", "$1,000", "$1,500", "▲ +50.0 %"],
        ["Down", "$2,000", "$500", "▼ −75.0 %"],
    ]
    assert [row[0] for row in table(found["Best sellers"])] == ["Up", "New", "Down", "Tiny"]


def test_customers_are_shown_as_groups(home: Path) -> None:
    write(
        "gold.customer_rfm",
        [
            {
                "segment": segment,
                "order_count": 1,
                "days_since_last_order": 3,
                "lifetime_value_usd": Decimal(usd),
            }
            for segment, usd in [("champion", "90"), ("champion", "60"), ("lapsed", "50")]
        ],
    )
    cohort = {"cohort_month_date": date(2017, 11, 1), "cohort_household_count": 40}
    retained = [(0, "100"), (1, "55")]
    write(
        "gold.customer_retention_monthly",
        [cohort | {"months_since_first": month, "retention_pct": Decimal(pct)} for month, pct in retained],
    )
    months = [(date(2017, 11, 1), 2, "50"), (date(2017, 12, 1), 1, "30"), (date(2017, 12, 1), 3, "10")]
    write(
        "gold.household_sales_monthly",
        [
            {"month_date": month, "basket_count": baskets, "net_sales_usd": Decimal(usd)}
            for month, baskets, usd in [*months, (date(2017, 12, 1), 0, "0")]
        ],
    )
    found = sections()
    assert table(found["Segments"]) == [["Champion", "2", "75 %", "$75"], ["Lapsed", "1", "25 %", "$50"]]
    assert table(found["Who comes back"]) == [["Nov 2017", "40", "55"]]
    (bars,) = traces(found["Active households"])
    assert bars["y"] == [1, 2]


def test_a_running_campaign_is_not_compared(home: Path) -> None:
    campaign = {
        "campaign_type": "Type A", "targeted_household_count": 100, "redeeming_household_count": 5,
        "redemption_count": 8, "response_pct": Decimal("5"), "campaign_net_sales_usd": Decimal("1200"),
        "previous_net_sales_usd": Decimal("1000"),
    }  # fmt: skip

    def ran(number: int, status: str, start: date, end: date) -> dict[str, Any]:
        return campaign | {
            "campaign_id": number,
            "campaign_status": status,
            "start_date": start,
            "end_date": end,
        }

    write(
        "gold.campaign_performance",
        [
            ran(1, "finished", date(2017, 11, 1), date(2017, 11, 30)),
            ran(2, "running", date(2017, 12, 20), date(2018, 1, 20)),
            ran(3, "announced", date(2018, 1, 5), date(2018, 2, 20)),
        ],
    )
    rows = table(sections()["Campaigns"])
    assert [(row[0], row[-1]) for row in rows] == [("Campaign 2", "–"), ("Campaign 1", "+20.0 %")]


def test_no_household_is_ever_read() -> None:
    read = {column for reads in TABLES.values() for column in reads.columns}
    assert not {column for column in read if column.startswith("household_id")}
