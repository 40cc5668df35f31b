"""Erase a household from a small lake: nothing of it is left, and the other household keeps everything."""

from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import PyArrowFileIO
from typer.testing import CliRunner

from larder import settings
from larder.cli.app import app
from larder.erasure import scan
from larder.erasure.erase import erase
from larder.erasure.scan import Proof
from larder.erasure.traces import Person
from larder.lake.lease import acquire
from tests.unit.erasure_lake import GONE, HASHES, KEPT, basket, fill, land, rows, table

runner = CliRunner()


@pytest.fixture(autouse=True)
def lake(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    fill()


def erase_gone() -> tuple[Proof, list[str]]:
    lines: list[str] = []
    return erase(GONE, lines.append, lambda _: pytest.fail("it waited")), lines


def households(name: str) -> Counter[int]:
    return Counter(row["household_id"] for row in rows(name))


def test_the_scan_finds_the_household_in_every_place() -> None:
    """Otherwise its silence would prove nothing."""
    found = "\n".join(scan.scan(Person(GONE, frozenset({HASHES[GONE]}))).hits)
    for place in (
        "bronze/shop_households/data",
        "bronze/shop_households/metadata",
        "bronze/shop_baskets/data",
        "silver/snap_shop__households/data",
        "gold/customer_rfm/data",
        "gold/customer_rfm/metadata",
        "quarantine/records/data",
        "ops/dbt_failure_samples/data",
        "gold/orphan-1.parquet",
        "logs/dbt.log",
        "dlt/shop/load/rows.jsonl",
        "site/elementary/index.html",
    ):
        assert place in found, place
    assert "shop_stores" not in found
    assert "demo/shop.sql" not in found


def test_nothing_is_left_and_totals_stay() -> None:
    proof, lines = erase_gone()
    assert proof.hits == []
    assert proof.scanned["parquet"] > 0
    assert proof.scanned["avro"] > 0
    assert households("bronze.shop_baskets") == {0: 3, KEPT: 3}
    assert [row["basket_id"] for row in rows("bronze.shop_baskets")] == [1, 2, 3, 4, 5, 6]
    assert households("gold.dim_households") == {KEPT: 1}
    assert households("silver.snap_shop__households") == {0: 1, KEPT: 1}
    assert households("bronze.shop_households") == {0: 1, KEPT: 1}
    assert str(GONE) not in "\n".join(lines)
    assert any(
        line.startswith("bronze.shop_baskets: rows reassigned: 3; snapshots expired: ") for line in lines
    )


def test_the_neutral_household_is_in_no_dimension() -> None:
    erase_gone()
    (bronze,) = (row for row in rows("bronze.shop_households") if row["household_id"] == 0)
    assert bronze["_is_deleted"] is True
    assert bronze["age_band"] is None
    (version,) = (row for row in rows("silver.snap_shop__households") if row["household_id"] == 0)
    # As tests of the snapshot want it.
    assert version["dbt_valid_from"] < version["dbt_valid_to"]


def test_sums_per_household_are_added_to_those_of_the_neutral_household() -> None:
    before = rows("gold.household_sales_monthly")
    erase_gone()
    erase(KEPT, lambda _: None, lambda _: None)
    after = rows("gold.household_sales_monthly")
    assert [(row["household_id"], row["month_date"].month) for row in after] == [(0, 1), (0, 2)]
    for column in ("basket_count", "net_sales_usd"):
        assert sum(row[column] for row in after) == sum(row[column] for row in before)
    assert (after[0]["first_sold_date"].day, after[0]["last_sold_date"].day) == (3, 9)


def test_open_records_of_sales_stay_with_the_neutral_household() -> None:
    erase_gone()
    payloads = {row["payload_json"] for row in rows("quarantine.records")}
    assert payloads == {
        '{"basket_id": 9, "household_id": 0, "store_id": null}',
        f'{{"basket_id": 8, "household_id": {KEPT}, "store_id": null}}',
    }


def test_files_beside_the_tables_are_masked_or_removed() -> None:
    erase_gone()
    home = settings.home()
    assert (home / "logs/dbt.log").read_text() == "where ***\nother lines\n"
    assert not (home / "dlt/shop").exists()
    assert not (home / "site/elementary/index.html").exists()
    assert (home / "demo/shop.sql").exists(), "the sources are not the lake's"
    assert not (home / "warehouse/gold/orphan-1.parquet").exists()
    assert (home / "warehouse/gold/orphan-2.parquet").exists(), "it does not name the household"


def test_snapshots_that_never_held_the_household_stay() -> None:
    first = table("bronze.shop_baskets").metadata.snapshots[0].snapshot_id
    erase_gone()
    found = table("bronze.shop_baskets").scan(snapshot_id=first).to_arrow()
    assert found["household_id"].to_pylist() == [KEPT]
    assert len(table("bronze.shop_stores").metadata.snapshots) == 1


def test_a_tag_at_the_current_state_moves_and_older_ones_are_dropped() -> None:
    baskets = table("bronze.shop_baskets")
    first, second, third = (one.snapshot_id for one in baskets.metadata.snapshots)
    with baskets.manage_snapshots() as change:
        change.create_tag(third, "published")
        change.create_tag(second, "older")
        change.create_tag(first, "clean")
        change.create_branch(third, "run_7")
    _, lines = erase_gone()
    baskets.refresh()
    head = baskets.metadata.current_snapshot_id
    refs = {name: ref.snapshot_id for name, ref in baskets.metadata.refs.items()}
    assert refs == {"main": head, "published": head, "run_7": head, "clean": first}
    text = "\n".join(lines)
    assert "tag published moved to the current state" in text
    assert "tag older dropped" in text
    # Later loads go on.
    land("bronze.shop_baskets", [basket(7, KEPT)])
    assert households("bronze.shop_baskets") == {0: 3, KEPT: 4}


def test_to_repeat_it_changes_nothing() -> None:
    erase_gone()
    before = {path: path.stat().st_mtime_ns for path in (settings.home() / "warehouse/bronze").rglob("*")}
    proof, lines = erase_gone()
    assert (proof.hits, lines) == ([], [])
    after = {path: path.stat().st_mtime_ns for path in (settings.home() / "warehouse/bronze").rglob("*")}
    assert after == before


class Killed(BaseException):
    """Stands for a kill: no handler of errors catches it."""


def kill(patch: pytest.MonkeyPatch, owner: Any, name: str, at: int, is_after: bool) -> None:
    """Have a function end the process at its call of that number, before or after what it does."""
    function, calls = getattr(owner, name), count(1)

    def killing(*arguments: Any, **options: Any) -> Any:
        number = next(calls)
        if number == at and not is_after:
            raise Killed
        result = function(*arguments, **options)
        if number == at:
            raise Killed
        return result

    patch.setattr(owner, name, killing)


COMMITS: list[tuple[Any, str, int, bool]] = [
    (SqlCatalog, "commit_table", at, at % 2 == 0) for at in (1, 6, 9, 12, 15, 18, 21, 24, 27)
]
REMOVALS: list[tuple[Any, str, int, bool]] = [(PyArrowFileIO, "delete", at, False) for at in (1, 10, 30)]


@pytest.mark.parametrize(("owner", "name", "at", "is_after"), COMMITS + REMOVALS)
def test_a_killed_erasure_is_completed_by_the_next(
    owner: Any, name: str, at: int, is_after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before or after one of its commits, or before it removes a file."""
    with monkeypatch.context() as patch:
        kill(patch, owner, name, at, is_after)
        with pytest.raises(Killed):
            erase_gone()
    proof, _ = erase_gone()
    assert proof.hits == []
    assert households("bronze.shop_baskets") == {0: 3, KEPT: 3}
    assert households("bronze.shop_households") == {0: 1, KEPT: 1}
    assert sum(row["net_sales_usd"] for row in rows("gold.household_sales_monthly")) == 47.75
    assert len(rows("quarantine.records")) == 2


def test_it_waits_for_a_run_or_says_who_holds_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_NO_WAIT", "")
    with acquire("writer", "daily 2017-03-01"):
        result = runner.invoke(app, ["erase", "household", str(GONE), "--yes", "--no-wait"])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: locks.writer: held by daily 2017-03-01 on ")


def test_the_command_asks_first() -> None:
    result = runner.invoke(app, ["erase", "household", str(GONE)], input="n\n")
    assert result.exit_code == 1
    assert GONE in households("gold.dim_households")


def test_the_command_shows_counts_and_no_values() -> None:
    result = runner.invoke(app, ["erase", "household", str(GONE), "--yes"])
    assert result.exit_code == 0, result.output
    assert "): 0 name the household." in result.output
    assert str(GONE) not in result.output
    assert "45-54" not in result.output


def test_the_command_fails_if_a_file_still_names_the_household() -> None:
    (settings.home() / "export.csv").write_text(f"household_id={GONE}\n")
    result = runner.invoke(app, ["erase", "household", str(GONE), "--yes"])
    assert result.exit_code == 1
    assert "export.csv" in result.stderr


def test_the_neutral_household_cannot_be_erased() -> None:
    result = runner.invoke(app, ["erase", "household", "0", "--yes"])
    assert result.exit_code == 1
    assert "household 0 stands for all that were erased" in result.stderr
