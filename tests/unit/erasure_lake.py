"""A small lake with two households in every kind of place: tables, history, branches, quarantine, files."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.table import Table

from larder import settings
from larder.lake.catalog import open_catalog
from larder.lake.tables import ensure
from larder.quarantine import records
from larder.quarantine.schema import REJECTS

# The household to erase, another one, and one that was erased before.
GONE, KEPT, BEFORE = 4711, 4712, 4713
DAY, NEXT = date(2017, 3, 1), date(2017, 3, 2)
NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
HASHES = {GONE: "5d41402abc4b2a76b9719d911017c592", KEPT: "7d793037a0760186574b0282f2f435e7"}


def table(name: str) -> Table:
    return open_catalog().load_table(name)


def rows(name: str) -> list[dict[str, Any]]:
    return sorted(table(name).scan().to_arrow().to_pylist(), key=str)


def append(name: str, columns: list[dict[str, Any]], partition: str | None = None) -> None:
    namespace, short = name.split(".")
    open_catalog().create_namespace_if_not_exists(namespace)
    found = pa.Table.from_pylist(columns)
    ensure(short, found.schema, [partition] if partition else [], namespace).append(found)


def land(name: str, columns: list[dict[str, Any]]) -> None:
    """Add rows as a load does: a file without Iceberg's field ids, its load id encoded by a dictionary."""
    namespace, short = name.split(".")
    open_catalog().create_namespace_if_not_exists(namespace)
    found = pa.Table.from_pylist([row | {"_dlt_load_id": "1"} for row in columns])
    target = ensure(short, found.schema, ["_business_date"], namespace)
    place = found.schema.get_field_index("_dlt_load_id")
    found = found.set_column(place, "_dlt_load_id", found["_dlt_load_id"].dictionary_encode())
    path = f"{target.location()}/data/{uuid.uuid4().hex}.parquet"
    copy: Any
    with target.io.new_output(path).create() as copy:
        pq.write_table(found, copy)
    target.add_files([path])


def household(number: int, **values: Any) -> dict[str, Any]:
    stamps = {"_loaded_at": NOON, "_business_date": DAY, "_is_deleted": False}
    return {"household_id": number, "age_band": "35-44", "updated_at": NOON} | stamps | values


def basket(number: int, household_id: int, day: date = DAY) -> dict[str, Any]:
    return {"basket_id": number, "household_id": household_id, "status": "completed", "_business_date": day}


def version(household_id: int) -> dict[str, Any]:
    times = dict.fromkeys(("updated_at", "dbt_valid_from"), NOON)
    ended: dict[str, datetime | None] = {"dbt_valid_to": NOON if household_id == KEPT else None}
    return {"household_id": household_id, "dbt_scd_id": HASHES[household_id]} | times | ended


def month(household_id: int, number: int, net: float) -> dict[str, Any]:
    dates = {
        "first_sold_date": date(2017, number, 3),
        "last_sold_date": date(2017, number, (net > 20 and 20) or 9),
    }
    key = {"household_id": household_id, "month_date": date(2017, number, 1)}
    return key | {"basket_count": 2, "net_sales_usd": net, "loaded_at": NOON} | dates


def reject(resource: str, payload: str) -> dict[str, Any]:
    words = {"rule": "not_null", "column_name": "store_id", "reason": "store_id has no value", "run_id": "1"}
    origin = {"source": "shop", "resource": resource, "table_name": f"bronze.{resource}", "key_json": "{}"}
    return origin | words | {"payload_json": payload, "business_date": DAY, "seen_at": NOON}


def fill() -> None:
    """Write the lake as loads and builds of two days do."""
    land("bronze.shop_households", [household(KEPT)])
    land("bronze.shop_households", [household(GONE), household(GONE, age_band="45-54")])
    land("bronze.shop_baskets", [basket(1, KEPT)])
    land("bronze.shop_baskets", [basket(2, GONE), basket(3, KEPT), basket(4, GONE)])
    land("bronze.shop_baskets", [basket(5, GONE, NEXT), basket(6, KEPT, NEXT)])
    append("bronze.shop_stores", [{"store_id": GONE}])  # a number that is not a household's
    append("silver.snap_shop__households", [version(GONE), version(KEPT)])
    append("gold.dim_households", [{"household_id": GONE}, {"household_id": KEPT}])
    append("gold.household_sales_monthly", [month(GONE, 1, 10.5), month(GONE, 2, 30.25), month(KEPT, 1, 7.0)])
    append("ops.dbt_failure_samples", [{"row_json": f'{{"household_id": "{GONE}"}}'}, {"row_json": "{}"}])
    found = [
        reject("shop_baskets", f'{{"basket_id": 9, "household_id": {GONE}, "store_id": null}}'),
        reject("shop_baskets", f'{{"basket_id": 8, "household_id": {KEPT}, "store_id": null}}'),
        reject("shop_households", f'{{"household_id": {GONE}}}'),
    ]
    records.note(pa.Table.from_pylist(found, schema=pa.schema(list(REJECTS.items()))))
    # A build replaced the facts as a whole: the person is only in history.
    append("gold.customer_rfm", [{"household_id": GONE, "segment": "champion"}])
    table("gold.customer_rfm").overwrite(pa.table({"household_id": [KEPT], "segment": ["regular"]}))
    write_files()


def write_files() -> None:
    """Write what is beside the tables."""
    home = settings.home()
    files = {
        "logs/dbt.log": f"where household_id = {GONE}\nother lines\n",
        "dlt/shop/load/rows.jsonl": f'{{"household_id": {GONE}}}',
        "site/elementary/index.html": f'{{"household_id": {GONE}}}',
        "demo/shop.sql": f"household_id = {GONE}",
    }
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    # A commit that failed left a file that no table needs, with the other household another one.
    for number in (GONE, KEPT):
        path = home / "warehouse" / "gold" / f"orphan-{number % 10}.parquet"
        pq.write_table(pa.table({"household_id": [number]}), path)
