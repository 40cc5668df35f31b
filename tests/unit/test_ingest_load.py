"""What all sources have in common: killed runs, leftovers, the load log, settings, no orchestrator."""

import dataclasses
import shutil
import signal
import subprocess
import sys
import textwrap
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from demo.state import Database
from larder import settings
from larder.errors import CatalogUnavailable, IngestError, LarderError, LockLost, SourceUnavailable
from larder.lake import lease
from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.lease import Lease
from larder.lake.lock_table import LockTable
from larder.lake.owner import Owner
from larder.landing import destination, feed, load
from larder.landing.errors import in_one_line
from larder.landing.load import ingest
from larder.landing.sources import source_names
from larder.redaction import redact_error, to_one_line
from tests.unit.bronze_tables import names, rows, values
from tests.unit.shop_database import NOON, ShopDatabase

DAY = date(2017, 3, 1)
TEXT = {".py", ".sql", ".yml", ".md"}
KILLED_WHILE_LOADING = """
    import os, signal, sys
    from datetime import date
    from ingest import shop
    from larder.landing import destination, feed
    from larder.landing.load import ingest

    feed.ROWS_PER_LOAD, shop.BATCH_BYTES = 2, 16
    add, commits = destination._add, []

    def killed_at_the_third(*arguments):
        commits.append(arguments)
        if len(commits) == 3 and sys.argv[1] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        add(*arguments)
        if len(commits) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    destination._add = killed_at_the_third
    ingest("shop", date(2017, 3, 1))
"""


@pytest.fixture
def shop(postgres: Database, home: Path, monkeypatch: pytest.MonkeyPatch) -> ShopDatabase:
    database = ShopDatabase(postgres)
    monkeypatch.setenv("SOURCES__SHOP__CREDENTIALS", database.credentials)
    return database


def ingest_error(source: str, kind: type[LarderError] = IngestError) -> str:
    """The one-line error that an ingest ends with."""
    with pytest.raises(kind) as caught:
        ingest(source, DAY)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def assert_bronze_has_each_row_once(shop: ShopDatabase) -> None:
    for table in ("stores", "baskets", "basket_lines"):
        expected = shop.query(f"select * from {table}")
        columns = list(expected[0])
        found = [{name: row[name] for name in columns} for row in rows(f"shop_{table}")]
        assert sorted(found, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_next_run_loads_what_a_killed_one_left_without_duplicates(
    shop: ShopDatabase, moment: str
) -> None:
    shop.add_stores(7)
    for basket_id in range(1, 4):
        shop.add_basket(basket_id, 100)
    code = textwrap.dedent(KILLED_WHILE_LOADING)
    killed = subprocess.run([sys.executable, "-c", code, moment], cwd=settings.PROJECT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert 0 < len(rows("shop_stores") + rows("shop_baskets") + rows("shop_basket_lines")) < 13
    assert "load_log" not in names()
    ingest("shop", DAY)
    assert_bronze_has_each_row_once(shop)
    assert sum(ingest("shop", DAY).rows.values()) == 0


def test_the_next_run_loads_what_a_failed_one_left(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.add_stores(6)
    shop.add_basket(1, 100)
    monkeypatch.setattr("ingest.shop.BATCH_BYTES", 16)
    monkeypatch.setattr(feed, "ROWS_PER_LOAD", 2)
    stamped, batches = feed.Feed.stamp, []

    def failing_in_the_second_load(*arguments: Any) -> Any:
        batches.append(arguments)
        if len({loaded_at for _, _, loaded_at, _ in batches}) > 3:
            raise SourceUnavailable("shop: it went away; run the date again")
        return stamped(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(feed.Feed, "stamp", failing_in_the_second_load)
        assert ingest_error("shop", SourceUnavailable) == "shop: it went away; run the date again"
    assert 0 < len(rows("shop_stores")) < 6
    ingest("shop", DAY)
    assert_bronze_has_each_row_once(shop)


def test_a_commit_whose_answer_was_lost_is_not_repeated(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.add_stores(2)
    shop.add_basket(1, 100)
    add = destination._add

    def losing_the_answer(*arguments: Any) -> None:
        add(*arguments)
        raise ConnectionError("the catalog\ndid not answer")

    with monkeypatch.context() as patch:
        patch.setattr(destination, "_add", losing_the_answer)
        assert "the catalog did not answer" in ingest_error("shop")
    ingest("shop", DAY)
    assert_bronze_has_each_row_once(shop)


def test_a_broken_or_missing_working_folder_does_no_harm(shop: ShopDatabase) -> None:
    shop.add_stores(2)
    shop.add_basket(1, 100)
    ingest("shop", DAY)
    working = settings.home() / "dlt"
    for path in working.rglob("*.json"):
        path.write_text("{half a")
    shop.add_store(3, NOON + timedelta(hours=1))
    assert ingest("shop", DAY).rows["shop_stores"] == 1
    shutil.rmtree(working)
    shop.add_store(4, NOON + timedelta(hours=2))
    assert ingest("shop", DAY).rows["shop_stores"] == 1
    assert_bronze_has_each_row_once(shop)


def test_two_ingests_of_a_source_do_not_run_at_once(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch, load.lock("shop"):
        patch.setenv("LARDER_NO_WAIT", "1")
        assert "another ingest of it is running: ingest shop on " in ingest_error("shop")
    # Without the option it waits, here until the other one ends.
    monkeypatch.setattr(lease, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(lease, "random", Ending(load.lock("shop")))
    ingest("shop", DAY)
    assert "shop: another ingest of it is running: ingest shop on " in capfd.readouterr().err


class Ending:
    """Stands for the module `random`, which is asked for each wait: ends another ingest then."""

    def __init__(self, other: Lease) -> None:
        self._other = other

    def uniform(self, *_: float) -> float:
        self._other.release()
        return 0.0


def test_an_ingest_whose_lock_was_taken_over_commits_nothing_more(
    shop: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.add_stores(3)
    add, committed = destination._add, []

    def lose_the_lock(*arguments: Any) -> None:
        add(*arguments)
        committed.append(arguments)
        table = LockTable("ingest_shop")
        other = dataclasses.replace(Owner.describe_self("ingest shop"), host="other")
        assert table.swap(table.read(), other)

    with monkeypatch.context() as patch:
        patch.setattr(destination, "_add", lose_the_lock)
        with pytest.raises(LockLost, match="took its lock over: ingest shop on other"):
            ingest("shop", DAY)
    assert len(committed) == 1


def test_the_load_log_has_a_row_for_each_table_and_ingest(shop: ShopDatabase) -> None:
    shop.add_stores(3)
    first = ingest("shop", DAY)
    second = ingest("shop", DAY + timedelta(days=1))
    assert second.load_ids == []
    logged = values("load_log", "business_date", "table_name", "row_count")
    assert logged == sorted(
        (day, table, count)
        for day, loaded in ((DAY, first), (DAY + timedelta(days=1), second))
        for table, count in loaded.rows.items()
    )
    assert (DAY, "shop_stores", 3) in logged
    assert {row["load_ids"] for row in rows("load_log")} == {",".join(first.load_ids), ""}
    assert all(row["started_at"] <= row["finished_at"] for row in rows("load_log"))


def test_bronze_is_partitioned_by_the_runs_date_from_the_start(shop: ShopDatabase) -> None:
    shop.add_stores(1)
    ingest("shop", DAY)
    for table in ("shop_stores", "shop_products"):
        found = open_catalog().load_table((BRONZE, table))
        assert [partition.name for partition in found.spec().fields] == ["_business_date"]
        assert "_dlt_load_id" in found.schema().column_names


@pytest.mark.parametrize(
    ("source", "variable"),
    [
        ("shop", "SOURCES__SHOP__CREDENTIALS"),
        ("marketing", "SOURCES__MARKETING__BASE_URL"),
        ("marketing", "SOURCES__MARKETING__API_TOKEN"),
        ("promotions", "SOURCES__PROMOTIONS__BUCKET_URL"),
    ],
)
@pytest.mark.parametrize("value", [None, " "])
def test_a_missing_setting_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, source: str, variable: str, value: str | None
) -> None:
    monkeypatch.setenv("SOURCES__MARKETING__BASE_URL", "http://127.0.0.1:1")
    if value is None:
        monkeypatch.delenv(variable, raising=False)
    else:
        monkeypatch.setenv(variable, value)
    assert f"{variable} is not set" in ingest_error(source)


def test_the_error_for_an_unknown_source_lists_the_known_ones(home: Path) -> None:
    line = ingest_error("shoe")
    assert all(source in line for source in ("shoe", *source_names()))


def test_a_catalog_that_cannot_be_opened_is_a_one_line_error(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCES__PROMOTIONS__BUCKET_URL", home.as_uri())
    (home / "catalog.db").mkdir(parents=True)
    assert "unable to open database file" in ingest_error("promotions", CatalogUnavailable)


def test_library_errors_become_one_line_without_passwords() -> None:
    assert to_one_line(ValueError("a\n  b at s3://key:hunter2@host/x")) == "a b at s3://***@host/x"
    assert to_one_line(ValueError()) == "ValueError"
    assert len(to_one_line("x" * 10_000)) < 400


def test_library_errors_name_the_file_but_no_value() -> None:
    assert (
        redact_error(FileNotFoundError(2, "No such file", "/drop/w1.parquet"))
        == "No such file: /drop/w1.parquet"
    )
    assert redact_error(KeyError("Smith")) == "KeyError '***'"
    assert redact_error(ValueError()) == "ValueError"
    assert len(redact_error(ValueError("x" * 10_000))) < 400


def test_values_quoted_by_the_catalog_or_arrow_are_redacted() -> None:
    with pytest.raises(IngestError) as caught, in_one_line("shop"):
        raise SQLAlchemyError("near 'Ann Smith', parameters: ('Smith',)")
    assert str(caught.value).startswith("shop: near '***', parameters: ('***',); fix it")


@pytest.mark.parametrize("package", ["ingest", "demo"])
def test_the_linter_keeps_the_orchestrator_out(package: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", f"{package}/new.py", "-"],
        input='"""New."""\n\nfrom prefect import task\n\n__all__ = ["task"]\n',
        cwd=settings.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "TID251" in found.stdout


@pytest.mark.parametrize("folder", ["ingest", "models", "snapshots", "macros"])
def test_the_orchestrator_is_not_even_mentioned(folder: str) -> None:
    texts = {
        path: path.read_text().lower()
        for path in (settings.PROJECT / folder).rglob("*.*")
        if path.suffix in TEXT
    }
    assert texts
    assert [path for path, text in texts.items() if "prefect" in text] == []
