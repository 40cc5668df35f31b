"""Deleted and late rows of any dlt resource, which is read whole again to compare its keys."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dlt
import pytest

from larder.errors import IngestError
from larder.landing.hints import compare_keys, only_new_rows
from larder.landing.load import LoadResult
from tests.unit.bronze_tables import rows, values
from tests.unit.landing_helpers import land_source

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)

Row = dict[str, Any]


@pytest.fixture(autouse=True)
def state_folder(home: Path) -> None:
    """Each test has a warehouse of its own."""


def land(found: list[Row], hints: dict[str, Any] | None = None, **options: Any) -> LoadResult:
    """Land these rows as the table `members`, whose keys are compared."""

    @dlt.source(name="loyalty")
    def source() -> Any:
        resource = dlt.resource(found, name="members", **({"primary_key": "member_id"} | options))
        return resource.apply_hints(additional_table_hints=compare_keys() | (hints or {}))

    return land_source(source)


def land_changes(found: list[Row], cursor_type: type = datetime) -> LoadResult:
    """Land these rows as a table that sends only what changed since its cursor's start."""

    def changes(changed_at: dlt.sources.incremental[Any]) -> Iterator[Row]:
        since = changed_at.start_value
        yield from (row for row in found if since is None or row["changed_at"] >= since)

    @dlt.source(name="loyalty")
    def source() -> Any:
        cursor = dlt.sources.incremental[cursor_type]("changed_at")  # type: ignore[valid-type]
        columns: Any = {"changed_at": {"data_type": "timestamp"}}
        key = ["club", "member_id"]
        resource = dlt.resource(changes, name="members", primary_key=key, columns=columns)(cursor)
        return resource.apply_hints(additional_table_hints=compare_keys())

    return land_source(source)


def member(member_id: int, changed_at: Any = NOON, club: str = "a") -> Row:
    return {"club": club, "member_id": member_id, "changed_at": changed_at}


def test_without_a_cursor_a_deleted_row_gets_a_tombstone_and_may_come_back() -> None:
    both: list[Row] = [{"member_id": 1, "name": "Ann"}, {"member_id": 2, "name": None}]
    land(both)
    assert land(both[:1]).tombstones == {"loyalty_members": 1}
    assert land(both[:1]).tombstones == {}
    assert values("loyalty_members", "member_id", "_is_deleted") == [(1, False), (2, False), (2, True)]
    assert land(both).rows == {"loyalty_members": 1}
    assert land(both).rows == {"loyalty_members": 0}


def test_an_empty_answer_does_not_delete_a_table() -> None:
    everyone = [{"member_id": number} for number in range(20)]
    land(everyone)
    with pytest.raises(IngestError, match="no longer has 20 of 20 compared rows") as caught:
        land([])
    assert "larder ingest loyalty --allow-deletes" in str(caught.value)
    assert land(everyone).tombstones == {}
    assert land(everyone[:11]).tombstones == {"loyalty_members": 9}
    assert land(everyone[:10]).tombstones == {"loyalty_members": 1}
    assert land([], compare_keys(max_deleted_share=1.1)).tombstones == {"loyalty_members": 10}


@pytest.mark.parametrize("is_text", [False, True])
def test_a_key_of_two_columns_and_a_cursor_are_compared(is_text: bool) -> None:
    def at(days: int) -> Any:
        moment = NOON + timedelta(days=days)
        return moment.isoformat() if is_text else moment

    kind = str if is_text else datetime
    land_changes([member(1, at(0)), member(1, at(0), "b"), member(2, at(0))], kind)
    now = [member(1, at(0)), member(2, at(-10)), member(3, at(-9))]
    loaded = land_changes(now, kind)
    assert loaded.late == {"loyalty_members": 2}
    assert loaded.tombstones == {"loyalty_members": 2}, "one is deleted, and one went back in time"
    for _ in range(2):
        again = land_changes(now, kind)
        assert (again.rows, again.late, again.tombstones) == ({"loyalty_members": 0}, {}, {})
    assert len(rows("loyalty_members")) == 3 + 2 + 2


def test_a_row_that_is_only_missing_in_one_of_two_readings_is_not_deleted() -> None:
    # The regular load opens the source, and so does each of the two readings.
    openings = iter([[], [], [member(1)]])
    land([member(1), member(2)])

    @dlt.source(name="loyalty")
    def source() -> Any:
        resource = dlt.resource([member(2), *next(openings)], name="members", primary_key="member_id")
        return resource.apply_hints(additional_table_hints=compare_keys())

    assert land_source(source).tombstones == {}


def test_a_merged_table_keeps_one_row_per_key() -> None:
    land([{"member_id": 1}, {"member_id": 2}], write_disposition="merge")
    assert land([{"member_id": 1}], write_disposition="merge").tombstones == {"loyalty_members": 1}
    assert values("loyalty_members", "member_id", "_is_deleted") == [(1, False), (2, True)]
    assert land([{"member_id": 1}, {"member_id": 2}], write_disposition="merge").rows == {
        "loyalty_members": 1
    }
    assert values("loyalty_members", "member_id", "_is_deleted") == [(1, False), (2, False)]


def test_a_replaced_table_needs_no_tombstones() -> None:
    land([{"member_id": 1}, {"member_id": 2}], write_disposition="replace")
    assert land([{"member_id": 1}], write_disposition="replace").tombstones == {}
    assert values("loyalty_members", "member_id") == [(1,)]


@pytest.mark.parametrize(
    ("hints", "options", "message"),
    [
        ({}, {"primary_key": None, "write_disposition": "replace"}, "rows without a key cannot be compared"),
        (only_new_rows(), {}, "compare_keys would take the rows that only_new_rows leaves out for deleted"),
    ],
)
def test_what_cannot_be_compared_is_refused(hints: Row, options: Row, message: str) -> None:
    with pytest.raises(IngestError) as caught:
        land([{"member_id": 1}], hints, **options)
    assert str(caught.value).startswith("loyalty.members: ")
    assert message in str(caught.value)
