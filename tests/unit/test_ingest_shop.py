"""Ingesting the shop database: what is loaded, what is not loaded twice, what is refused."""

from datetime import UTC, date, datetime, timedelta
from typing import LiteralString

import pytest

from demo.state import Database
from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.lake import tables
from larder.landing import declared, feed, postgres_errors
from larder.landing.load import ingest
from larder.landing.session import loading
from larder.landing.sources import find_source
from tests.unit.bronze_tables import names, rows, values
from tests.unit.quarantine_rows import rejected
from tests.unit.shop_database import NOON, ShopDatabase

DAY = date(2017, 3, 1)
HOUR = timedelta(hours=1)


@pytest.fixture
def shop(postgres: Database, home: object, monkeypatch: pytest.MonkeyPatch) -> ShopDatabase:
    database = ShopDatabase(postgres)
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", database.credentials)
    return database


def stores() -> list[int]:
    return [store_id for (store_id,) in values("shop_stores", "store_id")]


def ingest_error(kind: type[IngestError] = SourceChanged) -> str:
    """The one-line error that an ingest of the shop ends with."""
    with pytest.raises(kind) as caught:
        ingest("shop", DAY)
    line = str(caught.value)
    assert "\n" not in line
    assert "select" not in line.lower()
    assert "again" in line
    return line


def test_the_first_load_has_all_rows_and_the_next_has_none(shop: ShopDatabase) -> None:
    shop.add_stores(3)
    assert ingest("shop", DAY).rows["shop_stores"] == 3
    assert sum(ingest("shop", DAY).rows.values()) == 0
    assert stores() == [1, 2, 3]


def test_a_changed_row_is_loaded_as_another_version(shop: ShopDatabase) -> None:
    shop.add_stores(2)
    ingest("shop", DAY)
    shop.execute("update stores set store_name = 'New', updated_at = %s where store_id = 1", NOON + HOUR)
    assert ingest("shop", DAY).rows["shop_stores"] == 1
    assert values("shop_stores", "store_id", "store_name") == [(1, "New"), (1, "Store 1"), (2, "Store 2")]


def test_late_rows_within_the_lag_are_loaded_and_known_ones_are_not(shop: ShopDatabase) -> None:
    shop.add_store(1)
    shop.add_store(2, NOON - declared.LAG / 2)
    ingest("shop", DAY)
    shop.add_store(3, NOON - HOUR)
    shop.add_store(4, NOON - declared.LAG)
    loaded = ingest("shop", DAY)
    assert (loaded.rows["shop_stores"], loaded.late) == (2, {})
    assert stores() == [1, 2, 3, 4]


def test_the_cursor_is_the_largest_value_over_all_loads(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ROWS_PER_LOAD", 1)
    assert tables.high_water("shop_stores", "updated_at") is None
    shop.add_store(1, NOON + HOUR)
    ingest("shop", DAY)
    shop.add_store(2, NOON)
    ingest("shop", DAY)
    assert tables.high_water("shop_stores", "updated_at") == NOON + HOUR
    shop.add_store(3, NOON + 2 * HOUR + timedelta(microseconds=1))
    ingest("shop", DAY)
    assert tables.high_water("shop_stores", "updated_at") == NOON + 2 * HOUR + timedelta(microseconds=1)


def test_rows_are_loaded_in_several_bounded_loads(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ROWS_PER_LOAD", 2)
    monkeypatch.setattr("ingest.shop.BATCH_BYTES", 16)
    shop.add_stores(5)
    loaded = ingest("shop", DAY)
    assert len(loaded.load_ids) == len(set(loaded.load_ids)) >= 3
    assert loaded.rows["shop_stores"] == 5
    assert stores() == [1, 2, 3, 4, 5]
    assert {row["_dlt_load_id"] for row in rows("shop_stores")} == set(loaded.load_ids)


def test_values_arrive_as_they_are_in_the_database(shop: ShopDatabase) -> None:
    odd_time = datetime(2017, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)
    shop.execute("insert into households (household_id, updated_at) values (%s, %s)", 2**62, odd_time)
    shop.execute(
        "insert into products values (-1, 2, 'Épicerie', 'National', '', 'a''b', E'1\\n2', null, %s),"
        " (1, 2, 'a', 'Private', null, 'd', 'e', 2147483647, %s)",
        NOON,
        NOON,
    )
    shop.add_basket(1, 250, rung_up_at=odd_time)
    ingest("shop", DAY)
    for table in ("households", "products", "baskets", "basket_lines"):
        expected = shop.query(f"select * from {table}")
        columns = list(expected[0])
        arrived = [{name: row[name] for name in columns} for row in rows(f"shop_{table}")]
        assert sorted(arrived, key=str) == sorted(expected, key=str)
    assert {row["_business_date"] for row in rows("shop_products")} == {DAY}


def test_an_empty_table_is_created_and_filled_later(shop: ShopDatabase) -> None:
    ingest("shop", DAY)
    assert rows("shop_baskets") == []
    assert "shop_baskets" in names()
    shop.add_basket(1, 100)
    ingest("shop", DAY)
    assert values("shop_baskets", "basket_id") == [(1,)]


def totals(day: date = DAY) -> list[tuple[object, ...]]:
    """The control totals of a day, in load order."""
    found = sorted(rows("shop_control_totals"), key=lambda row: str(row["_loaded_at"]))
    return [(row["basket_count"], row["sales_value_cents"]) for row in found if row["sold_date"] == day]


def test_control_totals_are_loaded_on_each_change_even_back_to_old_values(shop: ShopDatabase) -> None:
    shop.add_basket(1, 100)
    ingest("shop", DAY)
    ingest("shop", DAY)
    assert totals() == [(1, 100)]
    shop.add_basket(2, 50)
    ingest("shop", DAY)
    assert totals() == [(1, 100), (2, 150)]
    shop.execute("update baskets set status = 'voided', updated_at = %s where basket_id = 2", NOON + HOUR)
    ingest("shop", DAY)
    ingest("shop", DAY)
    assert totals() == [(1, 100), (2, 150), (1, 100)]


@pytest.mark.parametrize("of_a_day", ["basket_id = 1", "true"])
def test_a_day_that_was_voided_after_its_load_has_zeros(shop: ShopDatabase, of_a_day: LiteralString) -> None:
    shop.add_basket(1, 100)
    shop.add_basket(2, 50, rung_up_at=NOON - timedelta(days=1))
    ingest("shop", DAY)
    shop.execute(f"update baskets set status = 'voided', updated_at = %s where {of_a_day}", NOON + HOUR)
    ingest("shop", DAY)
    assert totals() == [(1, 100), (0, 0)]
    assert totals(DAY - timedelta(days=1))[1:] == ([(0, 0)] if of_a_day == "true" else [])


def test_a_day_that_was_deleted_after_its_load_has_zeros(shop: ShopDatabase) -> None:
    shop.add_basket(1, 100)
    shop.add_basket(2, 50, rung_up_at=NOON - timedelta(days=1))
    ingest("shop", DAY)
    shop.execute("delete from baskets where basket_id = 1")
    ingest("shop", DAY)
    assert totals() == [(1, 100), (0, 0)]
    assert totals(DAY - timedelta(days=1)) == [(1, 50)]


def test_a_day_that_was_voided_before_its_first_load_has_zeros(shop: ShopDatabase) -> None:
    shop.add_basket(1, 100)
    shop.execute("update baskets set status = 'voided'")
    ingest("shop", DAY)
    ingest("shop", DAY)
    assert totals() == [(0, 0)]


def test_a_correction_recounts_its_old_day(shop: ShopDatabase) -> None:
    shop.add_basket(1, 100, rung_up_at=NOON - timedelta(days=60))
    shop.add_basket(2, 10, rung_up_at=NOON - timedelta(days=50))
    shop.add_basket(3, 1)
    ingest("shop", DAY)
    changed_at = NOON + timedelta(days=40)  # as after weeks without a run
    shop.add_basket(4, 1, rung_up_at=changed_at + timedelta(days=20))
    shop.execute(
        "update basket_lines set sales_value_cents = 70, updated_at = %s where basket_id = 1", changed_at
    )
    shop.execute("update baskets set status = 'voided', updated_at = %s where basket_id = 4", changed_at)
    shop.execute("update baskets set updated_at = %s where basket_id = 2", changed_at)
    ingest("shop", DAY)
    assert totals((NOON - timedelta(days=50)).date()) == [(1, 10)]
    old_day = [row for row in rows("shop_control_totals") if row["sold_date"] == date(2016, 12, 31)]
    assert sorted(row["sales_value_cents"] for row in old_day) == [70, 100]


def test_control_totals_count_days_in_utc(shop: ShopDatabase) -> None:
    shop.add_basket(1, 100, rung_up_at=datetime(2017, 3, 1, 23, 59, tzinfo=UTC))
    shop.add_basket(2, 10, rung_up_at=datetime(2017, 3, 2, 0, 0, tzinfo=UTC))
    ingest("shop", DAY)
    assert values("shop_control_totals", "sold_date", "sales_value_cents") == [
        (date(2017, 3, 1), 100),
        (date(2017, 3, 2), 10),
    ]


def test_a_new_column_is_loaded(shop: ShopDatabase) -> None:
    shop.add_store(1)
    ingest("shop", DAY)
    shop.execute("alter table stores add floor_space numeric, add tags text[], add open_on date")
    shop.execute("insert into stores values (2, 'Two', %s, 12.5, '{a,b}', '2017-01-02')", NOON + HOUR)
    ingest("shop", DAY)
    assert sorted(
        (r["store_id"], r["floor_space"], r["tags"], r["open_on"]) for r in rows("shop_stores")
    ) == [
        (1, None, None, None),
        (2, "12.5", '["a", "b"]', date(2017, 1, 2)),
    ]


def test_a_row_without_a_cursor_value_is_read_each_time(shop: ShopDatabase) -> None:
    shop.execute("alter table stores alter updated_at drop not null")
    shop.execute("insert into stores values (1, 'One', %s), (2, 'Two', null)", NOON)
    for _ in range(2):
        with loading():
            [rows] = list(find_source("shop").open().resources["stores"])
        assert rows["store_id"].to_pylist() == [1, 2]


def test_a_wider_number_is_accepted(shop: ShopDatabase) -> None:
    statement = "insert into products values (%s, 2, 'a', 'Private', null, null, null, %s, %s)"
    shop.execute(statement, 1, 5, NOON)
    ingest("shop", DAY)
    shop.execute("alter table products alter shelf_price_cents type bigint")
    shop.execute(statement, 2, 2**32, NOON)
    ingest("shop", DAY)
    assert values("shop_products", "product_id", "shelf_price_cents") == [(1, 5), (2, 2**32)]


def test_a_removed_column_is_refused_and_its_rows_are_loaded_later(shop: ShopDatabase) -> None:
    shop.add_store(1)
    ingest("shop", DAY)
    shop.execute("alter table stores rename store_name to name")
    shop.add_store(2, NOON + HOUR)
    shop.add_basket(1, 100)
    line = ingest_error()
    assert "shop_stores" in line
    assert "store_name" in line
    assert stores() == [1]
    assert rows("shop_baskets") == [], "nothing of the shop is loaded when one table is wrong"
    shop.execute("alter table stores rename name to store_name")
    ingest("shop", DAY)
    assert stores() == [1, 2]
    assert values("shop_baskets", "basket_id") == [(1,)]


@pytest.mark.parametrize("kind", ["text", "boolean using true"])
def test_a_changed_type_sets_rows_aside_and_many_of_them_stop_the_load(shop: ShopDatabase, kind: str) -> None:
    shop.add_store(1)
    ingest("shop", DAY)
    shop.execute(f"alter table stores alter store_id type {kind}")
    loaded = ingest("shop", DAY)
    assert (loaded.rows["shop_stores"], loaded.quarantined["shop_stores"]) == (0, 1)
    assert rejected("shop_stores") == [("type", "store_id")]
    for number in range(11):
        shop.execute(f"insert into stores values ('{number % 2}', %s, %s)", f"Store {number}", NOON)
    line = ingest_error()
    assert "shop_stores: 12 of 12 rows break a rule" in line
    assert "store_id is" in line
    assert stores() == [1]


def test_whole_numbers_stay_what_they_are_in_a_column_of_another_number_type(shop: ShopDatabase) -> None:
    shop.add_store(1)
    shop.execute("alter table stores alter store_id type double precision")
    ingest("shop", DAY)
    assert stores() == [1]


def test_a_timestamp_that_lost_its_zone_sets_its_row_aside(shop: ShopDatabase) -> None:
    shop.add_store(1)
    shop.execute("alter table stores alter updated_at type timestamp")
    ingest("shop", DAY)
    assert rejected("shop_stores") == [("type", "updated_at")]


def test_a_new_columns_changed_type_sets_only_rows_with_a_new_value_aside(shop: ShopDatabase) -> None:
    shop.execute("alter table stores add size int")
    shop.execute("insert into stores values (1, 'One', %s, 5)", NOON)
    ingest("shop", DAY)
    shop.execute("alter table stores alter size type text")
    shop.execute("insert into stores values (2, 'Two', %s, 'big'), (3, 'Three', %s, null)", NOON, NOON)
    loaded = ingest("shop", DAY)
    assert stores() == [1, 3]
    assert rejected("shop_stores") == [("type", "size")]
    assert (loaded.received["shop_stores"], loaded.already_there["shop_stores"]) == (3, 1)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("alter table stores drop column updated_at", "updated_at"),
        ("drop table stores", "stores"),
        ("revoke select on stores from ingest", "permission denied for table stores"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(shop: ShopDatabase, statement: str, named: str) -> None:
    shop.execute(statement)
    assert named in ingest_error()


def test_an_unreachable_database_can_be_retried(home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", "postgresql://ingest:hunter2@127.0.0.1:1/shop")
    line = ingest_error(SourceUnavailable)
    assert "127.0.0.1" in line
    assert "hunter2" not in line


def test_a_lost_connection_can_be_retried(shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.add_basket(1, 100)
    with monkeypatch.context() as patch:
        patch.setattr("ingest.shop.CONTROL_TOTALS", "select pg_terminate_backend(pg_backend_pid()), {since}")
        assert "shop database" in ingest_error(SourceUnavailable)
    assert ingest("shop", DAY).rows["shop_control_totals"] == 1
    assert values("shop_baskets", "basket_id") == [(1,)]


def test_values_that_the_server_quotes_are_redacted() -> None:
    error = postgres_errors.ConnectionLost('ERROR:  invalid input syntax for type integer: "Smith"')
    line = str(postgres_errors.explain("shop", error, "shop_stores (stores)"))
    assert line.startswith('shop database, shop_stores: invalid input syntax for type integer: "***"; see')


def test_a_wrong_password_is_not_retried(shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", shop.credentials.replace("ingest:", "ingest:hunter2"))
    with pytest.raises(IngestError, match="SOURCES__SHOP__CREDENTIALS") as caught:
        ingest("shop", DAY)
    assert not isinstance(caught.value, SourceUnavailable)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "credentials",
    [
        "hunter2",
        "postgresql://ingest:hunter2%zz@127.0.0.1/shop",
        "postgresql://ingest:hunter2/x@127.0.0.1:5432/shop",
        "postgresql://ingest:x@hunter2@127.0.0.1:5432/shop",
    ],
)
def test_an_invalid_connection_string_is_not_shown(
    home: object, monkeypatch: pytest.MonkeyPatch, credentials: str
) -> None:
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", credentials)
    with pytest.raises(IngestError, match="SOURCES__SHOP__CREDENTIALS") as caught:
        ingest("shop", DAY)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_line_that_is_too_large_for_gold_is_set_aside(shop: ShopDatabase) -> None:
    shop.add_basket(1, 99_999_999)
    shop.add_basket(2, 100_000_000)
    shop.add_basket(3, 2_000_000_000)
    shop.add_basket(4, 60_000_000)
    shop.execute("update basket_lines set retail_discount_cents = 60000000 where basket_id = 4")
    loaded = ingest("shop", DAY)
    assert (loaded.rows["shop_basket_lines"], loaded.quarantined["shop_basket_lines"]) == (1, 3)
    assert values("shop_basket_lines", "basket_id") == [(1,)]
    assert {rule for rule, _ in rejected("shop_basket_lines")} == {"expression_is_true"}
