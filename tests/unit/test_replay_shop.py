"""Rejected rows of the shop's database are replayed by its declaration, without reading its tables."""

from datetime import date, timedelta

import pytest

from demo.state import Database
from larder.landing.load import ingest
from larder.landing.replays import replay
from larder.landing.sources import find_source
from larder.quarantine import records
from tests.unit.bronze_tables import rows, values
from tests.unit.quarantine_rows import rejected
from tests.unit.shop_database import NOON, ShopDatabase

DAY = date(2017, 3, 1)


@pytest.fixture
def shop(postgres: Database, home: object, monkeypatch: pytest.MonkeyPatch) -> ShopDatabase:
    database = ShopDatabase(postgres)
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", database.credentials)
    return database


def replay_stores(**changes: str) -> list[str]:
    """The problems of the stores that are replayed; empty texts for those that are accepted."""
    found = records.find_open("shop", "shop_stores")["record_id"].to_pylist()
    outcomes = replay.replay(find_source("shop"), "shop_stores", [str(one) for one in found], changes, DAY)
    return [one.problem for one in outcomes]


def test_a_store_of_another_type_is_replayed_with_a_value_of_the_right_one(shop: ShopDatabase) -> None:
    shop.execute("alter table stores add column opened_at timestamptz")
    shop.execute("insert into stores values (1, 'First', %s, %s)", NOON, NOON)
    ingest("shop", DAY)
    shop.execute("alter table stores alter store_id type text")
    shop.execute(
        "update stores set store_id = 'x', updated_at = %s, opened_at = %s", NOON, NOON - timedelta(days=9)
    )
    ingest("shop", DAY)
    assert rejected("shop_stores") == [("type", "store_id")]
    assert replay_stores()[0].startswith("store_id is string instead of int64")
    shop.execute("delete from stores")
    assert replay_stores(store_id="7") == [""]
    [row] = [one for one in rows("shop_stores") if one["store_id"] == 7]
    assert (row["store_id"], row["updated_at"], row["opened_at"]) == (7, NOON, NOON - timedelta(days=9))


def test_a_store_from_the_future_is_replayed_once_its_time_is_right(shop: ShopDatabase) -> None:
    shop.add_store(1)
    shop.add_store(2, NOON + timedelta(days=36_500))
    ingest("shop", DAY)
    assert rejected("shop_stores") == [("cursor", "updated_at")]
    assert replay_stores(updated_at="2017-03-01T13:00:00Z") == [""]
    assert values("shop_stores", "store_id", "updated_at") == [(1, NOON), (2, NOON + timedelta(hours=1))]
    assert rejected("shop_stores", "replayed") == [("cursor", "updated_at")]
