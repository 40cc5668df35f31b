"""A few records of every source are loaded, deleted and restored, and the project is built after each.

    python -m tests.unit.deletions <folder>

Runs in a process of its own, as Spark's catalog cannot change within one. `<folder>/<step>/` gets the tables
and views of silver and gold after each step: `loaded`, `deleted`, `rebuilt` and `restored`.
`<folder>/tests.json` has the statuses of the singular data tests by step, also after days were lost.
"""

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.tables import append, ensure
from larder.landing import load
from larder.landing.load import LoadResult
from larder.quarantine import records
from larder.quarantine.schema import REJECTS
from larder.settings import PROJECT

LOADED, DELETED = (datetime(2017, 3, day, 5, tzinfo=UTC) for day in (1, 2))
CHANGED = datetime(2017, 1, 1, tzinfo=UTC)
ATTRIBUTES = ("age_band", "income_band", "home_ownership", "marital_status", "household_size")
MONEY = ("sales_value_cents", "retail_discount_cents", "coupon_discount_cents", "coupon_match_discount_cents")
# Days of the window of the incremental builds: all deletions but those of the last day are outside it.
WINDOW = ("2017-02-27", "2017-03-02")

ARROW: dict[str, pa.DataType] = {
    "bigint": pa.int64(),
    "text": pa.string(),
    "date": pa.date32(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", "UTC"),
}

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def _columns(**kinds: str) -> dict[str, str]:
    return {name: kind for kind, names in kinds.items() for name in names.split()}


TABLES = {
    "shop_stores": _columns(bigint="store_id", text="store_name"),
    "shop_households": _columns(
        bigint="household_id", text=" ".join((*ATTRIBUTES, "household_composition", "kids_count"))
    ),
    "shop_products": _columns(
        bigint="product_id manufacturer_id shelf_price_cents",
        text="department brand product_category product_type package_size",
    ),
    "shop_baskets": _columns(bigint="basket_id household_id store_id", timestamp="rung_up_at", text="status"),
    "shop_basket_lines": _columns(bigint=" ".join(("basket_id product_id quantity", *MONEY))),
    "shop_control_totals": _columns(
        date="sold_date", bigint=" ".join(("basket_count line_count quantity", *MONEY))
    ),
    "marketing_campaigns": _columns(
        bigint="campaign_id", text="campaign_type status", date="start_date end_date"
    ),
    "marketing_campaign_households": _columns(bigint="campaign_id household_id"),
    "marketing_coupons": _columns(text="coupon_id", bigint="coupon_upc product_id campaign_id"),
    "marketing_coupon_redemptions": _columns(
        bigint="redemption_id household_id coupon_upc campaign_id", date="redemption_date"
    ),
    "promotions_files": _columns(
        text="file_name", bigint="week row_count size_bytes", timestamp="modified_at"
    ),
    "promotions_placements": _columns(
        bigint="product_id store_id week",
        text="display_location mailer_location _file_name",
        timestamp="_file_modified_at",
    ),
}
STAMPS = _columns(timestamp="updated_at _loaded_at", date="_business_date", bool="_is_deleted")

# 3 is the only basket of its day and week, 4 of its day and month. 7 is voided when others are deleted, and
# 8 always was.
DAYS = {
    1: date(2017, 1, 2),
    2: date(2017, 1, 2),
    3: date(2017, 1, 10),
    4: date(2017, 2, 6),
    5: date(2017, 2, 28),
    6: date(2017, 2, 28),
    7: date(2017, 2, 26),
    8: date(2017, 2, 27),
}
GONE_BASKETS = (2, 3, 4)


def _rows() -> Rows:
    """All records of all sources. Product 9 is not in the catalogue."""
    return {
        "shop_stores": [{"store_id": one, "store_name": f"Store {one}"} for one in (1, 2)],
        "shop_households": [{"household_id": one, "age_band": "25-34"} for one in (1, 2, 3)],
        "shop_products": [
            {"product_id": one, "department": "DELI", "brand": "Private", "shelf_price_cents": 100}
            for one in (7, 8)
        ],
        "shop_baskets": [
            {
                "basket_id": one,
                "household_id": 1 + one % 3,
                "store_id": 1,
                "rung_up_at": datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
                "status": "voided" if one == 8 else "completed",
            }
            for one, day in DAYS.items()
        ],
        "shop_basket_lines": [
            {"basket_id": basket, "product_id": product, "quantity": basket} | dict.fromkeys(MONEY, 10)
            for basket in DAYS
            for product in ((7, 9) if basket == 2 else (7, 8))
        ],
        "marketing_campaigns": [
            {
                "campaign_id": one,
                "campaign_type": "Type A",
                "status": "finished",
                "start_date": date(2017, 1, 2),
                "end_date": date(2017, 2, 10),
            }
            for one in (1, 2)
        ],
        "marketing_campaign_households": [
            {"campaign_id": campaign, "household_id": household}
            for campaign in (1, 2)
            for household in (1, 2)
        ],
        "marketing_coupons": [
            {"coupon_id": str(one), "coupon_upc": one, "product_id": 7, "campaign_id": 1} for one in (1, 2)
        ],
        "marketing_coupon_redemptions": [
            {
                "redemption_id": one,
                "household_id": one,
                "coupon_upc": 1,
                "campaign_id": 1,
                "redemption_date": date(2017, 1, 3),
            }
            for one in (1, 2)
        ],
        "promotions_files": [
            {"file_name": f"{week}.parquet", "week": week, "row_count": 1, "modified_at": CHANGED}
            for week in (2, 3)
        ],
        "promotions_placements": [
            {
                "product_id": 7,
                "store_id": 1,
                "week": week,
                "display_location": "1",
                "mailer_location": "0",
                "_file_name": f"{week}.parquet",
                "_file_modified_at": CHANGED,
            }
            for week in (2, 3)
        ],
        "shop_control_totals": [
            _count(date(2017, 1, 2), baskets=2, lines=4, quantity=6),
            _count(date(2017, 1, 10), baskets=1, lines=2, quantity=6),
            _count(date(2017, 2, 6), baskets=1, lines=2, quantity=8),
            _count(date(2017, 2, 26), baskets=1, lines=2, quantity=14),
            _count(date(2017, 2, 27), baskets=0, lines=0, quantity=0),
            _count(date(2017, 2, 28), baskets=2, lines=4, quantity=22),
        ],
    }


def _count(day: date, *, baskets: int, lines: int, quantity: int) -> Row:
    """The shop's totals of a day."""
    amounts = dict.fromkeys(MONEY, 10 * lines)
    return {"sold_date": day, "basket_count": baskets, "line_count": lines, "quantity": quantity} | amounts


def _changes(*, restored: bool) -> Rows:
    """The records that change when others are deleted, and change back when those are restored."""
    if restored:
        rows = _rows()
        return {
            "shop_baskets": [one for one in rows["shop_baskets"] if one["basket_id"] == 7],
            "shop_control_totals": rows["shop_control_totals"],
        }
    (basket,) = _changes(restored=True)["shop_baskets"]
    return {
        "shop_baskets": [basket | {"status": "voided"}],
        "shop_control_totals": [
            _count(date(2017, 1, 2), baskets=1, lines=2, quantity=2),
            _count(date(2017, 2, 28), baskets=2, lines=3, quantity=17),
            *(
                _count(day, baskets=0, lines=0, quantity=0)
                for day in (date(2017, 1, 10), date(2017, 2, 6), date(2017, 2, 26))
            ),
        ],
    }


def gone() -> Rows:
    """The records that are deleted, and later restored as they were."""
    rows = _rows()
    return {
        "shop_stores": [one for one in rows["shop_stores"] if one["store_id"] == 2],
        "shop_households": [one for one in rows["shop_households"] if one["household_id"] == 3],
        "shop_products": [one for one in rows["shop_products"] if one["product_id"] == 8],
        "shop_baskets": [one for one in rows["shop_baskets"] if one["basket_id"] in GONE_BASKETS],
        # Basket 4's lines stay, as in a shop without foreign keys; of basket 5, only a line leaves.
        "shop_basket_lines": [
            one
            for one in rows["shop_basket_lines"]
            if one["basket_id"] in (2, 3) or (one["basket_id"], one["product_id"]) == (5, 8)
        ],
        "marketing_campaigns": [one for one in rows["marketing_campaigns"] if one["campaign_id"] == 2],
        "marketing_campaign_households": [
            one
            for one in rows["marketing_campaign_households"]
            if (one["campaign_id"], one["household_id"]) == (1, 2)
        ],
        "marketing_coupons": [one for one in rows["marketing_coupons"] if one["coupon_upc"] == 2],
        "marketing_coupon_redemptions": [
            one for one in rows["marketing_coupon_redemptions"] if one["redemption_id"] == 2
        ],
        "promotions_files": [one for one in rows["promotions_files"] if one["week"] == 3],
    }


def _load(rows: Rows, at: datetime, *, deleted: bool = False) -> None:
    """Append rows to Bronze as one load does, or their tombstones."""
    stamps = {"updated_at": CHANGED, "_loaded_at": at, "_business_date": at.date(), "_is_deleted": deleted}
    for name, columns in TABLES.items():
        schema = pa.schema([pa.field(column, ARROW[kind]) for column, kind in (columns | STAMPS).items()])
        ensure(name, schema, ["_business_date"])
        append(name, pa.Table.from_pylist([row | stamps for row in rows.get(name, [])], schema=schema))
    counts = {name: len(rows.get(name, [])) for name in TABLES}
    none = dict.fromkeys(TABLES, 0)
    accepted, tombstones = (none, counts) if deleted else (counts, none)
    load.log(
        LoadResult(
            source="all",
            rows=accepted,
            load_ids=[],
            files=none,
            bytes=none,
            started_at=at,
            finished_at=at,
            received=accepted,
            quarantined=none,
            already_there=none,
            tombstones=tombstones,
        ),
        at.date(),
    )


def _build(*options: str) -> None:
    """Build all models and snapshots, but not those over `ops`."""
    command = ["--quiet", "build", "--resource-type", "model", "--resource-type", "snapshot"]
    command += ["--exclude", "tag:ops", "package:elementary", "--project-dir", str(PROJECT)]
    done = dbtRunner().invoke([*command, *options])
    if not done.success:
        failed = [str(one.message) for one in getattr(done.result, "results", []) if one.status == "error"]
        raise RuntimeError("\n".join(failed) or str(done.exception))


def _build_days(*options: str) -> None:
    """Build incrementally, with a microbatch for each day of the window."""
    with mock.patch.dict(os.environ, {"LARDER_BATCH_SIZE": "day"}):
        _build(*options)


def _reject(source: str, resource: str, payload: Row) -> None:
    """Add a version of a record to the quarantine."""
    rejected = {
        "source": source,
        "resource": resource,
        "table_name": f"bronze.{resource}",
        "key_json": None,
        "rule": "not_null",
        "column_name": None,
        "reason": "a column is null",
        "payload_json": json.dumps(payload),
        "run_id": None,
        "business_date": DELETED.date(),
        "seen_at": DELETED,
    }
    records.note(pa.Table.from_pylist([rejected], schema=pa.schema(list(REJECTS.items()))))


def _test() -> dict[str, str]:
    """Run the singular tests, and those of the snapshots, over all history; returns their statuses.

    The views are built with them, because the published ones have Bronze as it was when they were published.
    """
    command = ["--quiet", "build", "--select", "test_type:singular", "test_name:versions_follow_each_other"]
    command += ["config.materialized:view,tag:silver", "--indirect-selection", "empty"]
    done = dbtRunner().invoke(
        [*command, "--exclude", "tag:ops", "package:elementary", "--project-dir", str(PROJECT)]
    )
    results = getattr(done.result, "results", [])
    return {one.node.name: str(one.status) for one in results if one.node.resource_type == "test"}


def _keep(folder: Path) -> None:
    """Save the tables and views of silver and gold."""
    folder.mkdir()
    spark = SparkSession.active()
    for layer in ("silver", "gold"):
        listed = [spark.sql(f"show {kind} in {layer}").collect() for kind in ("tables", "views")]
        # The second column is the name; temporary views have no namespace, the first one.
        for name in {one[1] for found in listed for one in found if one[0]}:
            pq.write_table(spark.table(f"{layer}.{name}").toArrow(), folder / f"{layer}.{name}.parquet")


def main(folder: Path) -> None:
    """Play all steps."""
    open_catalog().create_namespace_if_not_exists(BRONZE)
    records.ensure()
    everything = ("--event-time-start", "2017-01-01", "--event-time-end", WINDOW[1], "--full-refresh")
    recent = ("--event-time-start", WINDOW[0], "--event-time-end", WINDOW[1])
    _load(_rows(), LOADED)
    _build(*everything)
    _keep(folder / "loaded")
    statuses = {"loaded": _test()}

    _load(gone(), DELETED, deleted=True)
    _load(_changes(restored=False), DELETED)
    _build_days(*recent)
    _keep(folder / "deleted")
    statuses["deleted"] = _test()

    _build(*everything)
    _keep(folder / "rebuilt")

    # After the snapshots closed the versions, which takes the time from Spark's clock.
    restored_at = datetime.now(UTC)
    _load(gone(), restored_at)
    _load(_changes(restored=True), restored_at)
    _build_days(*recent)
    _keep(folder / "restored")
    statuses["restored"] = _test()

    SparkSession.active().sql("delete from gold.fct_baskets where basket_id = 1")
    statuses["a basket lost in gold"] = _test()
    _reject("shop", "shop_baskets", {"basket_id": 1, "rung_up_at": f"{DAYS[1]} 10:00:00+00"})
    statuses["a basket in quarantine"] = _test()
    SparkSession.active().sql("delete from gold.fct_baskets where sold_date = date '2017-01-10'")
    SparkSession.active().sql("delete from bronze.promotions_placements where week = 2")
    statuses["a day lost in gold"] = _test()
    # As by a load that was killed before it wrote to the load log.
    _reject("promotions", "promotions_placements", {"week": 2})
    SparkSession.active().sql("delete from bronze.shop_control_totals where sold_date < date '2017-02-01'")
    statuses["a day that the shop did not count"] = _test()
    (folder / "tests.json").write_text(json.dumps(statuses))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
