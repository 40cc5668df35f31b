"""Promotion files: one per week from its first day, reissued if wrong, in total the source's rows."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq

from demo import promotions
from demo.calendar import LAST_DATE, week_start
from demo.history_reader import promotion_folder, shop_file
from demo.source import path_of
from tests.unit.sql import query


def test_each_week_has_a_file_from_its_first_day(demo_history: Path, tmp_path: Path) -> None:
    assert week_start(53) == date(2017, 12, 25)
    promotions.publish(promotion_folder(demo_history), tmp_path, date(2017, 12, 24))
    assert len(_files(tmp_path)) == 52
    promotions.publish(promotion_folder(demo_history), tmp_path, date(2017, 12, 25))
    assert [path.name for path in _files(tmp_path)][-1] == "promotions_2017-W53.parquet"
    dropped = datetime.fromtimestamp(_files(tmp_path)[-1].stat().st_mtime, UTC)
    assert dropped == datetime(2017, 12, 25, 6, tzinfo=UTC)


def test_a_wrong_file_is_reissued(demo_history: Path, tmp_path: Path) -> None:
    promotions.publish(promotion_folder(demo_history), tmp_path, date(2017, 12, 29))
    last = _files(tmp_path)[-1]
    wrong, wrong_at = pq.read_table(last), last.stat().st_mtime
    promotions.publish(promotion_folder(demo_history), tmp_path, date(2017, 12, 30))
    right, right_at = pq.read_table(last), last.stat().st_mtime
    assert datetime.fromtimestamp(right_at, UTC).date() == date(2017, 12, 30)
    assert right_at > wrong_at
    [(differing,)] = query("select count(*) from (from good except from bad)", good=right, bad=wrong)
    assert 0 < differing < right.num_rows / 100
    assert wrong.num_rows < right.num_rows


def test_publishing_again_changes_nothing(demo_history: Path, tmp_path: Path) -> None:
    promotions.publish(promotion_folder(demo_history), tmp_path, date(2017, 3, 1))
    before = {path: path.stat().st_ino for path in _files(tmp_path)}
    promotions.publish(promotion_folder(demo_history), tmp_path, date(2017, 3, 1))
    assert {path: path.stat().st_ino for path in _files(tmp_path)} == before
    assert sorted(before) == sorted(tmp_path.iterdir())


def test_the_years_files_equal_the_sources_rows(demo_history: Path, tmp_path: Path) -> None:
    promotions.publish(promotion_folder(demo_history), tmp_path, LAST_DATE)
    counts = query(
        """
        with expected as (
            from promotions semi join ours using (store_id) semi join products using (product_id)
        )
        select (select count(*) > 10000 from ours),
               (select count(*) from (from ours except all from expected)),
               (select count(*) from (from expected except all from ours))
        """,
        ours=f"{tmp_path}/*.parquet",
        promotions=path_of("promotions"),
        products=shop_file(demo_history, "products"),
    )
    assert counts == [(True, 0, 0)]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))
