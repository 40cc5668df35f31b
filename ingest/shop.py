"""The shop database (PostgreSQL): households, products, stores, baskets and their lines; daily.

Rows arrive as Arrow batches from ADBC's binary COPY, in the order of their cursor `updated_at`. All are read
from one database snapshot, so the control totals at the end count exactly the rows that were read.

Configuration: `SOURCES__SHOP__CREDENTIALS=postgresql://user:password@host:port/database`, a read-only role.
Run it alone: `larder ingest shop`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import dlt
import pyarrow as pa
from dlt.sources import DltResource

from larder.landing import postgres
from larder.landing.columns import columns
from larder.landing.hints import compare, loaded_after
from larder.landing.postgres import literal
from larder.landing.repairs import control_totals
from larder.landing.repairs.day_keys import DayKeys
from larder.landing.repairs.postgres_keys import TableKeys
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
# Totals reveal changes that no cursor sees, such as deleted rows, for days up to this age.
TOTALS_WINDOW = timedelta(days=14)
DAY = "(rung_up_at at time zone 'UTC')::date"
SOLD = {"baskets": "baskets", "basket_lines": "basket_lines inner join baskets using (basket_id)"}
# The shop's own totals per day, which gold is reconciled with; zeros once all of a day was voided or deleted.
CONTROL_TOTALS = f"""
    with days as (
        select {DAY} as sold_date from baskets left join basket_lines as lines using (basket_id)
        where rung_up_at >= {{since}} or greatest(baskets.updated_at, lines.updated_at) >= {{changed_since}}
        union select unnest({{counted}}))
    select sold_date, count(distinct lines.basket_id) as basket_count, count(lines.basket_id) as line_count,
        {", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in ("quantity", *MONEY))}
    from days left join baskets on {DAY} = sold_date and status = 'completed'
    left join basket_lines as lines on lines.basket_id = baskets.basket_id
    group by sold_date
"""  # noqa: S608 names of columns above
BATCH_BYTES = postgres.BATCH_BYTES


@dlt.source
def shop(credentials: str = dlt.secrets.value) -> Iterator[DltResource]:
    """The shop's tables, each a table of versions, and its control totals."""
    query = open_until_loaded(postgres.snapshot("shop", credentials, BATCH_BYTES))
    # Computed before rows are loaded: the days that they change are counted again, whatever their age.
    since = control_totals.find_window("shop_control_totals", "sold_date", TOTALS_WINDOW)
    changed = control_totals.find_oldest_change((f"shop_{table}" for table in SOLD), "updated_at")
    days = control_totals.find_counted("shop_control_totals", "sold_date", since)
    window = CONTROL_TOTALS.format(since=literal(since), changed_since=literal(changed), counted=days)
    totals = control_totals.ControlTotals("shop", query, window, DAY, since and since.date(), [])

    def rows(table: str, updated_at: dlt.sources.incremental[datetime]) -> Iterator[pa.Table]:
        """Yield the rows that changed since the cursor's start."""
        updated_at.advance(None)  # type: ignore[arg-type] # as dlt documents it: the query filters
        yield from query(ROWS.format(table=table, since=literal(updated_at.start_value)))

    for table, (key, fields) in TABLES.items():
        cursor = dlt.sources.incremental[datetime]("updated_at", row_order="asc")
        resource = dlt.resource(rows, name=table, primary_key=key, columns=fields | UPDATED)(table, cursor)
        # Baskets before their lines: a fact may drop a line without a known basket.
        after = loaded_after(*list(TABLES)[:-1]) if table == "basket_lines" else {}
        if table in SOLD and changed:
            counted = control_totals.Counted(table, key, "updated_at", (*fields, "updated_at"), SOLD[table])
            totals.tables.append(counted)
            after |= compare(DayKeys(totals, counted))
        elif table not in SOLD:
            after |= compare(TableKeys(query, table, key, "updated_at"))
        yield resource.apply_hints(additional_table_hints=after)

    counts = dlt.resource(totals.rows(), name="control_totals", primary_key="sold_date", columns=COUNTS)
    yield counts.apply_hints(additional_table_hints=loaded_after("basket_lines"))
