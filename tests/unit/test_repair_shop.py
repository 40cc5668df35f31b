"""What an ingest of the shop repairs: deleted rows get tombstones, and rows that came too late are loaded."""

import logging
from datetime import date, timedelta
from typing import Any, LiteralString

import pytest

from demo.state import Database
from ingest.shop import SOLD, TABLES
from larder.errors import IngestError
from larder.landing import declared, load
from larder.landing.checks import gate, rules
from larder.landing.load import LoadResult, ingest
from larder.landing.repairs import versions
from larder.landing.repairs.repair import find_repairs
from larder.quarantine import records
from tests.unit.bronze_tables import rows, values
from tests.unit.shop_database import NOON, ShopDatabase

DAY = date(2017, 3, 1)
HOUR = timedelta(hours=1)
LONG_AGO = NOON - timedelta(days=10)


@pytest.fixture
def shop(postgres: Database, home: object, monkeypatch: pytest.MonkeyPatch) -> ShopDatabase:
    database = ShopDatabase(postgres)
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", database.credentials)
    return database


def live(table: str) -> list[dict[str, Any]]:
    """The live rows in Bronze, with the shop's own columns."""
    key, columns = TABLES[table]
    found = versions.read_versions(f"shop_{table}", (*columns, "updated_at"))
    assert found is not None
    latest = versions.pick_live(found, key, "updated_at").select([*columns, "updated_at"])
    return sorted(latest.to_pylist(), key=lambda row: [row[name] for name in key])


def assert_agreement(shop: ShopDatabase) -> None:
    """The live rows of all tables are the shop's, and another ingest adds nothing."""
    for table, (key, columns) in TABLES.items():
        names = [*columns, "updated_at"]
        found = [{name: row[name] for name in names} for row in shop.query(f"select * from {table}")]
        assert live(table) == sorted(found, key=lambda row: [row[name] for name in key]), table
    before = {table: len(rows(f"shop_{table}")) for table in TABLES}
    again = ingest("shop", DAY)
    assert (sum(again.rows.values()), again.tombstones, again.late) == (0, {}, {})
    assert {table: len(rows(f"shop_{table}")) for table in TABLES} == before


def repair(shop: ShopDatabase) -> LoadResult:
    """An ingest after which Bronze agrees with the shop."""
    loaded = ingest("shop", DAY)
    assert_agreement(shop)
    return loaded


def test_a_deleted_store_gets_one_tombstone_and_comes_back_with_its_old_time(shop: ShopDatabase) -> None:
    shop.add_stores(3)
    ingest("shop", DAY)
    deleted = shop.query("select * from stores where store_id = 2")[0]
    shop.execute("delete from stores where store_id = 2")
    loaded = ingest("shop", date(2017, 3, 2))
    assert loaded.tombstones == {"shop_stores": 1}
    assert loaded.rows["shop_stores"] == 0
    [row, tombstone] = sorted(
        (row for row in rows("shop_stores") if row["store_id"] == 2), key=lambda row: row["_loaded_at"]
    )
    assert (row["_is_deleted"], tombstone["_is_deleted"]) == (False, True)
    assert {name: tombstone[name] for name in deleted} == deleted
    assert (tombstone["_business_date"], [tombstone["_dlt_load_id"]]) == (date(2017, 3, 2), loaded.load_ids)
    assert_agreement(shop)
    shop.execute("insert into stores values (2, %s, %s)", deleted["store_name"], deleted["updated_at"])
    assert repair(shop).rows["shop_stores"] == 1
    assert [count for name, count in values("load_log", "table_name", "tombstone_count") if count] == [1]


def test_rows_from_before_the_lag_are_loaded(shop: ShopDatabase) -> None:
    shop.add_stores(2)
    shop.add_basket(1, 100)
    ingest("shop", DAY)
    late_at = NOON - declared.LAG - HOUR
    shop.add_store(3, late_at)
    shop.execute("update stores set store_name = 'Renamed', updated_at = %s where store_id = 1", late_at)
    shop.add_basket(2, 50, rung_up_at=late_at)
    loaded = repair(shop)
    assert loaded.late == {"shop_stores": 2, "shop_baskets": 1, "shop_basket_lines": 1}
    # The name of store 1 is older than the one that Bronze had, so the shop must have gone back to it.
    assert loaded.tombstones == {"shop_stores": 1, "shop_baskets": 0, "shop_basket_lines": 0}
    assert loaded.rows["shop_basket_lines"] == 1
    assert loaded.received["shop_stores"] == loaded.rows["shop_stores"] + loaded.already_there["shop_stores"]


@pytest.mark.parametrize("days", [365, 4000])
def test_a_basket_dated_years_ahead_does_not_stop_the_recount(shop: ShopDatabase, days: int) -> None:
    shop.add_basket(1, 100)
    shop.add_basket(2, 50, rung_up_at=LONG_AGO)
    shop.add_basket(3, 70)
    shop.execute("update baskets set rung_up_at = %s where basket_id = 3", NOON + timedelta(days=days))
    ingest("shop", DAY)
    shop.execute("delete from basket_lines where basket_id = 2")
    shop.execute("delete from baskets where basket_id = 2")
    assert repair(shop).tombstones == {"shop_baskets": 1, "shop_basket_lines": 1}


def test_deleted_baskets_and_lines_are_found_by_the_control_totals(
    shop: ShopDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    shop.add_basket(1, 100)
    shop.add_basket(2, 50)
    shop.add_basket(3, 70, rung_up_at=LONG_AGO)
    shop.execute("insert into basket_lines values (2, 8, 1, 5, 0, 0, 0, %s)", NOON)
    ingest("shop", DAY)
    shop.execute("delete from basket_lines where basket_id = 2 and product_id = 8")
    shop.execute("delete from basket_lines where basket_id = 3")
    shop.execute("delete from baskets where basket_id = 3")
    with caplog.at_level(logging.INFO, load.__name__):
        loaded = repair(shop)
    assert loaded.tombstones == {"shop_baskets": 1, "shop_basket_lines": 2}
    assert "shop_basket_lines: rows deleted in the source: 2, rows that came late: 0" in caplog.text
    assert {row["basket_id"] for row in live("baskets")} == {1, 2}


def test_a_basket_that_moved_to_another_day_is_loaded(shop: ShopDatabase) -> None:
    shop.add_basket(1, 100)
    shop.add_basket(2, 50, rung_up_at=LONG_AGO)
    ingest("shop", DAY)
    moved_at = NOON - declared.LAG - HOUR
    shop.execute(
        "update baskets set rung_up_at = %s, updated_at = %s where basket_id = 2", moved_at, moved_at
    )
    assert repair(shop).late == {"shop_baskets": 1}


def test_an_emptied_table_is_refused_until_it_is_allowed(shop: ShopDatabase) -> None:
    shop.add_stores(11)
    for number in range(11):
        shop.add_basket(number, 100)
    ingest("shop", DAY)
    shop.execute("delete from stores where store_id > 1")
    shop.execute("truncate basket_lines")
    shop.execute("truncate baskets")
    with pytest.raises(IngestError, match="no longer has 11 of 11") as caught:
        ingest("shop", DAY)
    assert "shop_baskets" in str(caught.value)
    assert "larder ingest shop --allow-deletes" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not any(row["_is_deleted"] for row in rows("shop_baskets") + rows("shop_stores"))
    loaded = ingest("shop", DAY, allow_deletes=True)
    assert loaded.tombstones == {"shop_stores": 10, "shop_baskets": 11, "shop_basket_lines": 11}
    assert_agreement(shop)


def test_values_that_changed_without_a_new_time_are_loaded(shop: ShopDatabase) -> None:
    shop.add_basket(1, 100)
    shop.add_basket(2, 50, rung_up_at=LONG_AGO)
    ingest("shop", DAY)
    shop.execute("update basket_lines set sales_value_cents = 70 where basket_id = 2")
    assert repair(shop).late == {"shop_basket_lines": 1}
    shop.execute("update baskets set rung_up_at = rung_up_at + interval '1 day' where basket_id = 2")
    assert repair(shop).late == {"shop_baskets": 1}


def test_a_row_in_quarantine_is_not_late_again_and_again(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    limit = rules.accepted_range("quantity", {"max_value": 10})
    monkeypatch.setattr("larder.landing.plan.build_rules", lambda *args: (*gate.build_rules(*args), limit))
    shop.add_basket(1, 100)
    ingest("shop", DAY)
    shop.add_basket(2, 50, rung_up_at=LONG_AGO)
    shop.execute("update basket_lines set quantity = 11 where basket_id = 2")
    first = ingest("shop", DAY)
    assert first.late == {"shop_baskets": 1, "shop_basket_lines": 1}
    assert (first.rows["shop_basket_lines"], first.quarantined["shop_basket_lines"]) == (0, 1)
    caplog.clear()
    again = ingest("shop", DAY)
    assert (again.late, again.tombstones) == ({}, {})
    assert f"its totals of {LONG_AGO.date()} differ from Bronze's even after the repair" in caplog.text
    assert len(records.find_open("shop", "shop_basket_lines")) == 1
    shop.execute("update basket_lines set quantity = 1, updated_at = updated_at + interval '1 hour'")
    repair(shop)


@pytest.mark.parametrize("killed_after", SOLD)
def test_a_killed_repair_is_completed(
    shop: ShopDatabase, killed_after: LiteralString, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.add_basket(1, 100)
    shop.add_basket(2, 50)
    ingest("shop", DAY)
    shop.execute("delete from basket_lines where basket_id = 2")
    shop.execute("delete from baskets where basket_id = 2")
    with monkeypatch.context() as patch:
        patch.setattr(
            "larder.landing.load.find_repairs",
            lambda *args, **kwargs: [
                one for one in find_repairs(*args, **kwargs) if one.feed.table == f"shop_{killed_after}"
            ],
        )
        patch.setattr(load, "summarize", lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            ingest("shop", DAY)
    [left] = set(SOLD) - {killed_after}
    assert repair(shop).tombstones == {f"shop_{left}": 1}
