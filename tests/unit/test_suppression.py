"""An erased household does not come back, even if the source still sends it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.state import Database
from larder import settings
from larder.erasure.erase import erase
from larder.errors import LarderError
from larder.lake.catalog import open_catalog
from larder.landing.load import LoadResult, ingest
from larder.landing.suppression import hash_id, read_suppression, suppress
from tests.unit.bronze_tables import rows, values
from tests.unit.shop_database import NOON, ShopDatabase

DAY = date(2017, 3, 1)
ERASED = 1  # the household of all baskets that a shop of a test adds


@pytest.fixture
def shop(postgres: Database, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShopDatabase:
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    database = ShopDatabase(postgres)
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", database.credentials)
    database.execute("insert into households (household_id, updated_at) values (1, %s), (2, %s)", NOON, NOON)
    database.add_store(1)
    database.add_basket(1, 100)
    return database


def ingest_shop() -> LoadResult:
    loaded = ingest("shop", DAY)
    for table, count in loaded.rows.items():
        counted = count + loaded.quarantined[table] + loaded.already_there[table]
        assert loaded.received[table] == counted, table
    return loaded


def erase_household() -> None:
    proof = erase(ERASED, lambda _: None, lambda _: pytest.fail("it waited"))
    assert proof.hits == []


def test_a_source_that_still_has_the_household_does_not_bring_it_back(shop: ShopDatabase) -> None:
    ingest_shop()
    erase_household()
    shop.add_basket(2, 200)
    later = NOON + timedelta(hours=1)
    shop.execute("update baskets set status = 'voided', updated_at = %s where basket_id = 1", later)
    shop.execute("update households set age_band = '35-44', updated_at = %s where household_id = 1", later)
    ingest_shop()
    assert set(values("shop_households", "household_id")) == {(0,), (2,)}
    # Sales are complete, with the neutral household.
    assert values("shop_baskets", "basket_id", "household_id", "status") == [
        (1, 0, "completed"), (1, 0, "voided"), (2, 0, "completed"),
    ]  # fmt: skip
    assert sum(ingest_shop().rows.values()) == 0
    erase_household()


def test_a_source_that_erased_the_household_agrees(shop: ShopDatabase) -> None:
    ingest_shop()
    erase_household()
    shop.execute("delete from households where household_id = 1")
    loaded = ingest_shop()
    assert sum(loaded.rows.values()) == 0
    assert sum(loaded.tombstones.values()) == 0


def test_the_list_has_no_id_in_clear_and_its_key_is_the_owners(home: Path) -> None:
    suppress(4711)
    suppress(4711)
    (row,) = list_erasures()
    key = (settings.home() / "erasure.key").read_bytes()
    assert row["id_hash"] == hash_id(key, 4711) == hash_id(key, "4711")
    assert (settings.home() / "erasure.key").stat().st_mode & 0o077 == 0
    assert "4711" not in str(row["id_hash"])


def list_erasures() -> list[dict[str, Any]]:
    return open_catalog().load_table("ops.erasures").scan().to_arrow().to_pylist()


def test_a_machine_without_the_key_loads_nothing(shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    suppress(ERASED)
    file = settings.home() / "erasure.key"
    key = file.read_text()
    file.unlink()
    with pytest.raises(LarderError, match="the key of this list of erased households is not on this machine"):
        ingest("shop", DAY)
    assert rows("shop_households") == []
    monkeypatch.setenv("LARDER_ERASURE_KEY", key)
    ingest_shop()
    assert values("shop_households", "household_id") == [(2,)]
    found = read_suppression()
    assert found
    assert found.covers(ERASED)
