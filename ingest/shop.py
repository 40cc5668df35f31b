"""The shop database (PostgreSQL): households, products, stores, baskets and their lines; daily.

Rows arrive as Arrow batches from ADBC's binary COPY, in the order of their cursor `updated_at`. All are read
from one database snapshot, so the control totals at the end count exactly the rows that were read.

Configuration: `SOURCES__SHOP__CREDENTIALS=postgresql://user:password@host:port/database`, a read-only role.
Run it alone: `larder ingest shop`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import dlt
import pyarrow as pa
from dlt.sources import DltResource

from larder.lake.tables import high_water
from larder.landing import postgres
from larder.landing.columns import columns
from larder.landing.declared import LAG
from larder.landing.hints import loaded_after
from larder.landing.session import open_until_loaded

# fmt: off
MONEY = ["sales_value_cents", "retail_discount_cents", "coupon_discount_cents", "coupon_match_discount_cents"]
LINE = ("basket_id", "product_id")
ATTRIBUTES = ["age_band", "income_band", "home_ownership", "marital_status", "household_size",
              "household_composition", "kids_count"]
TABLES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "stores": (("store_id",), columns(bigint=["store_id"], text=["store_name"])),
    "households": (("household_id",), columns(bigint=["household_id"], text=ATTRIBUTES)),
    "products": (("product_id",), columns(
        bigint=["product_id", "manufacturer_id", "shelf_price_cents"],
        text=["department", "brand", "product_category", "product_type", "package_size"])),
    "baskets": (("basket_id",), columns(
        bigint=["basket_id", "household_id", "store_id"], timestamp=["rung_up_at"], text=["status"])),
    "basket_lines": (LINE, columns(bigint=[*LINE, "quantity", *MONEY])),
}
# fmt: on
UPDATED = columns(timestamp=["updated_at"])
COUNTS = columns(date=["sold_date"], bigint=["basket_count", "line_count", "quantity", *MONEY])
ROWS = "select * from {table} where updated_at >= {since} or updated_at is null order by updated_at"

# The shop's own totals per day, which gold is reconciled with.
CONTROL_TOTALS = f"""
    select (rung_up_at at time zone 'UTC')::date as sold_date,
        count(distinct basket_id) as basket_count, count(*) as line_count,
        {", ".join(f"sum({name})::bigint as {name}" for name in ("quantity", *MONEY))}
    from baskets inner join basket_lines using (basket_id)
    where status = 'completed' and (
        rung_up_at >= {{since}} or (rung_up_at at time zone 'UTC')::date in (
            select (rung_up_at at time zone 'UTC')::date from baskets where updated_at >= {{changed_since}}
            union
            select (rung_up_at at time zone 'UTC')::date from baskets inner join basket_lines as lines
                using (basket_id) where lines.updated_at >= {{changed_since}}))
    group by 1
"""  # noqa: S608 names of columns above
# Totals reveal changes that no cursor sees, such as deleted rows, for days up to this age.
TOTALS_WINDOW = timedelta(days=14)
BATCH_BYTES = postgres.BATCH_BYTES


@dlt.source
def shop(credentials: str = dlt.secrets.value) -> Iterator[DltResource]:
    """The shop's tables, each a table of versions, and its control totals."""
    query = open_until_loaded(postgres.snapshot("shop", credentials, BATCH_BYTES))

    def rows(table: str, updated_at: dlt.sources.incremental[datetime]) -> Iterator[pa.Table]:
        """Yield the rows that changed since the cursor's start."""
        updated_at.advance(None)  # type: ignore[arg-type] # as dlt documents it: the query filters
        yield from query(ROWS.format(table=table, since=_literal(updated_at.start_value)))

    for table, (key, fields) in TABLES.items():
        cursor = dlt.sources.incremental[datetime]("updated_at", row_order="asc")
        resource = dlt.resource(rows, name=table, primary_key=key, columns=fields | UPDATED)(table, cursor)
        # Baskets before their lines: a fact may drop a line without a known basket.
        after = loaded_after(*list(TABLES)[:-1]) if table == "basket_lines" else {}
        yield resource.apply_hints(additional_table_hints=after)

    # Computed before rows are loaded: the days that they change are counted again, whatever their age.
    window = CONTROL_TOTALS.format(since=_literal(_totals_since()), changed_since=_literal(_oldest_change()))
    totals = dlt.resource(query(window), name="control_totals", primary_key="sold_date", columns=COUNTS)
    yield totals.apply_hints(additional_table_hints=loaded_after("basket_lines"))


def _totals_since() -> datetime | None:
    """The start of the window in which all days' totals are compared; None for all of history."""
    high = high_water("shop_control_totals", "sold_date")
    return datetime.combine(high - TOTALS_WINDOW, time(), UTC) if high else None


def _oldest_change() -> datetime | None:
    """The earliest change to baskets or lines that Bronze may not have; None before the first load."""
    known = [high_water(f"shop_{table}", "updated_at") for table in ("baskets", "basket_lines")]
    return min(known) - LAG if all(known) else None


def _literal(since: datetime | None) -> str:
    return f"timestamptz '{since.isoformat() if since else '-infinity'}'"
