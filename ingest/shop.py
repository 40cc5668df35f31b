"""The shop database (PostgreSQL): households, products, stores, baskets and their lines; once a day.

Rows travel as Arrow batches from ADBC's binary COPY, in the order of their cursor `updated_at`, all read
from one database snapshot, so that the control totals at the end count exactly the rows that were read.

Configuration: `SOURCES__SHOP__CREDENTIALS=postgresql://user:password@host:port/database`, a read-only role.
Run it alone: `larder ingest shop`.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
from adbc_driver_postgresql import StatementOptions
from dlt.common.data_types import TDataType

from ingest import shop_errors
from larder.config import setting
from larder.lake import tables
from larder.landing import known
from larder.landing.feed import LAG, Feed, Unit

MONEY: dict[str, TDataType] = {
    f"{name}_cents": "bigint"
    for name in ("sales_value", "retail_discount", "coupon_discount", "coupon_match_discount")
}
TABLES: dict[str, tuple[tuple[str, ...], dict[str, TDataType]]] = {
    "stores": (("store_id",), {"store_id": "bigint", "store_name": "text"}),
    "households": (
        ("household_id",),
        {
            "household_id": "bigint", "age_band": "text", "income_band": "text", "home_ownership": "text",
            "marital_status": "text", "household_size": "text", "household_composition": "text",
            "kids_count": "text",
        },
    ),
    "products": (
        ("product_id",),
        {
            "product_id": "bigint", "manufacturer_id": "bigint", "department": "text", "brand": "text",
            "product_category": "text", "product_type": "text", "package_size": "text",
            "shelf_price_cents": "bigint",
        },
    ),
    "baskets": (
        ("basket_id",),
        {
            "basket_id": "bigint", "household_id": "bigint", "store_id": "bigint",
            "rung_up_at": "timestamp", "status": "text",
        },
    ),
    "basket_lines": (
        ("basket_id", "product_id"),
        {"basket_id": "bigint", "product_id": "bigint", "quantity": "bigint", **MONEY},
    ),
}  # fmt: skip

ROWS = "select * from {table} where updated_at >= {since} order by updated_at"

# What the shop itself says of each day: gold is reconciled with it.
CONTROL_TOTALS = """
    select
        (baskets.rung_up_at at time zone 'UTC')::date as sold_date,
        count(distinct baskets.basket_id) as basket_count,
        count(*) as line_count,
        sum(lines.quantity)::bigint as quantity,
        sum(lines.sales_value_cents)::bigint as sales_value_cents,
        sum(lines.retail_discount_cents)::bigint as retail_discount_cents,
        sum(lines.coupon_discount_cents)::bigint as coupon_discount_cents,
        sum(lines.coupon_match_discount_cents)::bigint as coupon_match_discount_cents
    from baskets
    inner join basket_lines as lines on lines.basket_id = baskets.basket_id
    where
        baskets.status = 'completed'
        and (
            baskets.rung_up_at >= {since}
            or (baskets.rung_up_at at time zone 'UTC')::date in ({changed_days})
        )
    group by 1
"""
CHANGED_DAYS = """
    select (rung_up_at at time zone 'UTC')::date
    from baskets
    where updated_at >= {changed_since}
    union
    select (baskets.rung_up_at at time zone 'UTC')::date
    from baskets
    inner join basket_lines on basket_lines.basket_id = baskets.basket_id
    where basket_lines.updated_at >= {changed_since}
"""
TOTALS: dict[str, TDataType] = dict.fromkeys(("basket_count", "line_count", "quantity", *MONEY), "bigint")
# What no cursor sees, such as a deleted row, the totals tell of in days as old as this.
TOTALS_WINDOW = timedelta(days=14)
BATCH_BYTES = 8 * 2**20


@contextmanager
def feeds() -> Iterator[list[list[Feed]]]:
    """The shop's feeds in steps: its tables, the lines, their control totals. Connections close at the end.

    Raises:
        IngestError: the database does not answer or refuses the login; see `ingest.shop_errors`.
    """
    credentials = setting("shop", "credentials")
    with ExitStack() as stack:
        with shop_errors.connecting():
            leader = stack.enter_context(_transaction(credentials))
            leader.execute("select pg_export_snapshot()")
            snapshot = str(leader.fetchone()[0])

        def stream(sql: str) -> Iterator[Unit]:
            """Yield a query's rows as they arrive, from the common snapshot."""
            with shop_errors.reading():
                cursor = stack.enter_context(_transaction(credentials, snapshot))
                cursor.adbc_statement.set_options(
                    **{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(BATCH_BYTES)}
                )
                cursor.execute(sql)
                for batch in cursor.fetch_record_batch():
                    yield [pa.Table.from_batches([batch])]

        def rows(table: str, since: datetime | None) -> Iterator[Unit]:
            return stream(ROWS.format(table=table, since=_literal(since)))

        tables = {
            table: Feed(f"shop_{table}", {**columns, "updated_at": "timestamp"}, key, partial(rows, table))
            for table, (key, columns) in TABLES.items()
        }
        # Before the rows are loaded: the days that these change are counted again, however old they are.
        changed_since = _oldest_change()
        totals = Feed(
            "shop_control_totals",
            {"sold_date": "date", **TOTALS},
            ("sold_date",),
            lambda _: _changed_totals(stream, changed_since),
            cursor=None,
        )
        # A basket is there before its lines: a fact may drop a line whose basket it does not know.
        lines = tables.pop("basket_lines")
        yield [[*tables.values()], [lines], [totals]]


@contextmanager
def _transaction(credentials: str, snapshot: str | None = None) -> Iterator[adbc.Cursor]:
    """A cursor in a repeatable-read transaction, of another transaction's snapshot where one is given."""
    with adbc.connect(credentials) as connection, connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        if snapshot:
            cursor.execute(f"set transaction snapshot '{snapshot}'")
        yield cursor


def _oldest_change() -> datetime | None:
    """Since when baskets and lines may have changed that Bronze has not read; None before the first load."""
    known = [tables.high_water(f"shop_{table}", "updated_at") for table in ("baskets", "basket_lines")]
    return min(known) - LAG if all(known) else None


def _changed_totals(
    stream: Callable[[str], Iterator[Unit]], changed_since: datetime | None
) -> Iterator[Unit]:
    """Yield the control totals that differ from Bronze's latest: of the last days and of days that changed.

    At first those of all days.
    """
    high = tables.high_water("shop_control_totals", "sold_date")
    since = datetime.combine(high - TOTALS_WINDOW, time(), UTC) if high else None
    latest = known.latest("shop_control_totals", ("sold_date",), tuple(TOTALS))
    changed_days = CHANGED_DAYS.format(changed_since=_literal(changed_since))
    for unit in stream(CONTROL_TOTALS.format(since=_literal(since), changed_days=changed_days)):
        yield [known.without(batch, latest) for batch in unit]


def _literal(since: datetime | None) -> str:
    return f"timestamptz '{since.isoformat() if since else '-infinity'}'"
