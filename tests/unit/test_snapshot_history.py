"""A snapshot that is rebuilt from Bronze has what snapshots in time would hold, and what they cannot know."""

import hashlib
import json
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.unit import spark_process
from tests.unit.snapshot_history import PLAIN, PRODUCTS

Row = dict[str, Any]
# The columns that identify a version and say what it holds.
VERSION = (
    "product_id", "shelf_price_usd", "updated_at", "loaded_at", "valid_from_at", "dbt_valid_from",
    "dbt_updated_at", "dbt_scd_id",
)  # fmt: skip


class Histories:
    """The snapshot's rows by step."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, step: str) -> list[Row]:
        """The rows after a step, by product and time."""
        found: list[Row] = pq.read_table(self._folder / f"{step}.parquet").to_pylist()
        key = "dbt_valid_from" if found and "dbt_valid_from" in found[0] else "_loaded_at"
        return sorted(found, key=lambda row: (row["product_id"], row[key]))

    def read(self, name: str) -> Any:
        """What a JSON file has."""
        return json.loads((self._folder / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> Histories:
    folder = tmp_path_factory.mktemp("history")
    spark_process.run("tests.unit.snapshot_history", folder, folder)
    return Histories(folder)


def _history(loads: list[Row]) -> list[tuple[int, datetime, datetime | None]]:
    """A product's history as price in cents, start and end: the version that is valid in each span of time.

    The times at which versions begin cut time into spans. In each, of the versions of the life that the
    record had, the one that changed last and had begun is valid.
    """
    tombstones = sorted(row["_loaded_at"] for row in loads if row["_is_deleted"])
    lives: dict[datetime | None, list[Row]] = {}
    for row in loads:
        if not row["_is_deleted"]:
            ended = next((one for one in tombstones if one >= row["_loaded_at"]), None)
            lives.setdefault(ended, []).append(row)
    first_life = min(lives, key=lambda ended: (ended is None, ended or datetime.max), default=None)
    found: list[tuple[int, datetime, datetime | None]] = []
    for ended, versions in lives.items():
        is_first = ended == first_life and not any(
            one < min(v["_loaded_at"] for v in versions) for one in tombstones
        )
        starts = [(_start(version, versions, is_first), version) for version in versions]
        cuts = sorted({start for start, _ in starts})
        spans = [(start, end) for start, end in pairwise([*cuts, None])]
        for start, end in spans:
            assert start is not None
            if ended is not None and start >= ended:
                continue
            begun = [version for begins, version in starts if begins <= start]
            valid = max(begun, key=_order)
            until = end if ended is None else min(end or ended, ended)
            if found and found[-1][0] == valid["shelf_price_cents"] and found[-1][2] == start:
                found[-1] = (found[-1][0], found[-1][1], until)
            else:
                found.append((valid["shelf_price_cents"], start, until))
    return sorted(found, key=lambda one: one[1])


def _order(version: Row) -> tuple[datetime, datetime]:
    return version["updated_at"], version["_loaded_at"]


def _start(version: Row, life: list[Row], is_first: bool) -> datetime:
    """When a version began: when it changed, but not before the record was back."""
    changed_at: datetime = version["updated_at"]
    if is_first:
        return changed_at
    is_late = any(_order(one) > _order(version) and one["_loaded_at"] < version["_loaded_at"] for one in life)
    since: datetime = min(one["_loaded_at"] for one in life) if is_late else version["_loaded_at"]
    return max(changed_at, since)


def test_what_could_be_known_in_time_is_the_same(histories: Histories) -> None:
    in_time, rebuilt = (
        [row for row in histories.rows(step) if row["product_id"] <= PLAIN] for step in ("in_time", "rebuilt")
    )
    assert len(in_time) > 2 * PLAIN, "most have several versions"
    assert [[row[name] for name in VERSION] for row in in_time] == [
        [row[name] for name in VERSION] for row in rebuilt
    ]
    loads = [row for row in histories.rows("loads") if row["product_id"] <= PLAIN]
    times = sorted({row["_loaded_at"] for row in loads})
    deletions = {(row["product_id"], row["_loaded_at"]) for row in loads if row["_is_deleted"]}
    ended = 0
    for one, other in zip(in_time, rebuilt, strict=True):
        if one["dbt_valid_to"] != other["dbt_valid_to"]:
            # The run after the load that found it deleted, and the load itself.
            assert (other["product_id"], other["dbt_valid_to"]) in deletions
            following = [time for time in times if time > other["dbt_valid_to"]]
            assert (
                other["dbt_valid_to"]
                < one["dbt_valid_to"]
                < min([*following, datetime.max.replace(tzinfo=times[0].tzinfo)])
            )
            ended += 1
    assert ended > 5


def test_what_could_not_be_known_in_time_is_there_too(histories: Histories) -> None:
    loads: dict[int, list[Row]] = {}
    for row in histories.rows("loads"):
        loads.setdefault(row["product_id"], []).append(row)
    rebuilt: dict[int, list[tuple[int, datetime, datetime | None]]] = {}
    for row in histories.rows("rebuilt"):
        version = (int(row["shelf_price_usd"] * 100), row["dbt_valid_from"], row["dbt_valid_to"])
        rebuilt.setdefault(row["product_id"], []).append(version)
    expected = {product: found for product, rows in loads.items() if (found := _history(rows))}
    assert rebuilt == expected
    wild = [row for row in histories.rows("in_time") if row["product_id"] > PLAIN]
    known = {(row["product_id"], row["dbt_valid_from"]) for row in wild}
    assert len({(p, v[1]) for p, vs in rebuilt.items() if p > PLAIN for v in vs} - known) > PRODUCTS - PLAIN


@pytest.mark.parametrize("step", ["rebuilt", "continued", "created"])
def test_versions_do_not_overlap_and_at_most_one_is_current(histories: Histories, step: str) -> None:
    rows = histories.rows(step)
    for one, other in pairwise(rows):
        assert one["dbt_valid_to"] is None or one["dbt_valid_from"] < one["dbt_valid_to"]
        if one["product_id"] == other["product_id"]:
            assert one["dbt_valid_to"] is not None
            assert one["dbt_valid_to"] <= other["dbt_valid_from"]


def test_the_key_of_a_version_is_that_of_dbt(histories: Histories) -> None:
    for row in histories.rows("rebuilt"):
        begun = f"{row['valid_from_at']:%Y-%m-%d %H:%M:%S.%f}".rstrip("0").rstrip(".")
        assert row["dbt_scd_id"] == hashlib.md5(f"{row['product_id']}|{begun}".encode()).hexdigest()  # noqa: S324


def test_it_is_replaced_in_one_commit(histories: Histories) -> None:
    assert histories.read("commits") == 1


def test_the_next_snapshot_goes_on_from_it(histories: Histories) -> None:
    assert histories.rows("resumed") == histories.rows("rebuilt")
    statuses = histories.read("tests")
    assert len(statuses) > 3
    assert set(statuses.values()) == {"pass"}
    plain = [row for row in histories.rows("continued") if row["product_id"] <= PLAIN]
    made_at_once = [row for row in histories.rows("created") if row["product_id"] <= PLAIN]
    assert [[row[name] for name in VERSION] for row in plain] == [
        [row[name] for name in VERSION] for row in made_at_once
    ]
