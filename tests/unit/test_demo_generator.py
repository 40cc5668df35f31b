"""The generated history is the same in every run, has no overlaps, and ends as the source's own data."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo import history, sales, source
from demo.calendar import FIRST_DATE, LAST_DATE, end_of
from demo.errors import RetailerError
from demo.history_reader import shop_at, shop_events, shop_file
from demo.tables import SHOP_KEYS
from tests.unit.conftest import SAMPLE_HOUSEHOLDS
from tests.unit.sql import query

DEMO_DAYS = [date(2017, 12, 29), date(2017, 12, 30), date(2017, 12, 31)]


def test_two_runs_generate_the_same_history(demo_history: Path, tmp_path: Path) -> None:
    again = tmp_path / "history"
    history.prepare(again, SAMPLE_HOUSEHOLDS)
    files = sorted(path.relative_to(demo_history) for path in demo_history.rglob("*.parquet"))
    assert files == sorted(path.relative_to(again) for path in again.rglob("*.parquet"))
    for path in files:
        assert pq.read_table(demo_history / path).equals(pq.read_table(again / path)), path


def test_a_finished_history_is_reused(demo_history: Path) -> None:
    manifest = demo_history / "manifest.json"
    made_at = manifest.stat().st_mtime_ns
    history.prepare(demo_history, SAMPLE_HOUSEHOLDS)
    assert manifest.stat().st_mtime_ns == made_at


@pytest.mark.parametrize("table", SHOP_KEYS)
def test_versions_of_a_record_do_not_overlap(demo_history: Path, table: str) -> None:
    key = ", ".join(SHOP_KEYS[table])
    broken = query(
        """
        select * from (
            select visible_on, replaced_on, updated_at,
                   lead(visible_on, 1, date '9999-12-31') over record as next_visible_on,
                   lag(updated_at) over record as updated_before
            from versions window record as (partition by {key} order by visible_on)
        )
        where visible_on >= replaced_on or replaced_on <> next_visible_on or updated_at <= updated_before
        """.replace("{key}", key),
        versions=shop_file(demo_history, table),
    )
    assert broken == []


@pytest.mark.parametrize("table", SHOP_KEYS)
def test_no_row_is_visible_before_it_happened(demo_history: Path, table: str) -> None:
    early = query(
        "from versions where updated_at >= visible_on + interval 1 day",
        versions=shop_file(demo_history, table),
    )
    assert early == []


def test_completed_baskets_of_the_year_equal_the_source() -> None:
    baskets, lines = sales.sales_history(source.read().lines)
    assert lines["visible_on"][-1].as_py() <= LAST_DATE
    counts = query(
        """
        with ours as (
            select basket_id, product_id, household_id, store_id, rung_up_at::timestamp, quantity,
                   sales_value_cents, retail_discount_cents,
                   coupon_discount_cents, coupon_match_discount_cents
            from (from lines where replaced_on = '9999-12-31')
            join (from baskets where replaced_on = '9999-12-31' and status = 'completed') using (basket_id)
        ),
        source as (
            select basket_id, product_id, household_id, store_id, transaction_timestamp::timestamp, quantity,
                   round(sales_value * 100)::int, round(retail_disc * 100)::int,
                   round(coupon_disc * 100)::int, round(coupon_match_disc * 100)::int
            from transactions
        )
        select (select count(*) from ours), (select count(*) from source),
               (select count(*) from (from ours except all from source)),
               (select count(*) from (from source except all from ours))
        """,
        baskets=baskets,
        lines=lines,
        transactions=source.path_of("transactions"),
    )
    assert counts == [(1_469_307, 1_469_307, 0, 0)]


@pytest.mark.parametrize("day", DEMO_DAYS)
def test_each_day_of_a_small_demo_has_every_kind_of_event(demo_history: Path, day: date) -> None:
    baskets = shop_events(demo_history, "baskets", day)
    [counts] = query(
        """
        select (select count(*) from baskets where status = 'completed' and updated_at < first_instant),
               (select count(*) from lines semi join lines_before using (basket_id, product_id)),
               (select count(*) from baskets where status = 'voided'),
               (select count(*) from products),
               (select count(*) from households)
        from day
        """,
        day=pa.table({"first_instant": [end_of(day - timedelta(days=1))]}),
        baskets=baskets,
        lines=shop_events(demo_history, "basket_lines", day),
        lines_before=shop_at(demo_history, "basket_lines", day - timedelta(days=1)),
        products=shop_events(demo_history, "products", day),
        households=shop_events(demo_history, "households", day),
    )
    assert all(count > 0 for count in counts), counts


def test_late_baskets_keep_the_tills_time(demo_history: Path) -> None:
    [(count, least_days, most_days, longest)] = query(
        """
        select count(*), min(visible_on - rung_up_at::date), max(visible_on - rung_up_at::date),
               max(updated_at - rung_up_at)
        from baskets
        where status = 'completed' and basket_id < 10000000000000 and visible_on > rung_up_at::date
        """,
        baskets=shop_file(demo_history, "baskets"),
    )
    assert count > 300
    assert (least_days, most_days) == (1, 2)
    assert longest < timedelta(minutes=1)


def test_shelf_prices_are_the_days_median(demo_history: Path) -> None:
    [(days_sold, days_right)] = query(
        """
        with daily as (
            select product_id, transaction_timestamp::date as day, floor(0.5 + median((
                round(sales_value * 100) + round(retail_disc * 100) + round(coupon_match_disc * 100)
            ) / quantity)) as price
            from transactions semi join households using (household_id)
            where quantity > 0
            group by all
        )
        select count(*), count(*) filter (shelf_price_cents = price)
        from daily join products as versions
            on versions.product_id = daily.product_id and day >= visible_on and day < replaced_on
        where price > 0
        """,
        transactions=source.path_of("transactions"),
        households=shop_at(demo_history, "households", FIRST_DATE),
        products=shop_file(demo_history, "products"),
    )
    assert days_sold > 10_000
    assert days_right == days_sold


def test_an_empty_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RetailerError, match="choose 1 to 2469"):
        history.prepare(tmp_path / "history", 0)
