"""What append, merge and replace do to a table of Bronze, and what they refuse."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest

from larder.errors import IngestError
from larder.lake.catalog import open_catalog
from tests.unit.bronze_tables import names, rows, values
from tests.unit.landing_helpers import DAY, land_resources
from tests.unit.quarantine_rows import rejected

NOON = datetime(2017, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def state_folder(home: Path) -> None:
    """Each test has a warehouse of its own."""


def members(*found: dict[str, Any], **hints: Any) -> Any:
    """A resource of these rows, with a key unless the test says otherwise."""
    return dlt.resource(list(found), name="members", **({"primary_key": "member_id"} | hints))


def landing_error(*resources: Any, kind: type[IngestError] = IngestError) -> str:
    """The one-line error with which landing refuses resources; none of their rows is in Bronze."""
    with pytest.raises(kind) as caught:
        land_resources(*resources)
    assert "\n" not in str(caught.value)
    assert [name for name in names() if name.startswith("loyalty_") and rows(name)] == []
    return str(caught.value)


def snapshots() -> int:
    return len(open_catalog().load_table("bronze.loyalty_members").metadata.snapshots)


def test_rows_are_appended_with_stamps_and_logged() -> None:
    loaded = land_resources(members({"member_id": 1, "name": "Ann"}))
    assert loaded.rows == {"loyalty_members": 1}
    [row] = rows("loyalty_members")
    assert (row["member_id"], row["name"], row["_business_date"]) == (1, "Ann", DAY)
    assert row["_loaded_at"] <= datetime.now(UTC)
    assert [row["_dlt_load_id"]] == loaded.load_ids
    assert values("load_log", "source", "table_name", "row_count") == [("loyalty", "loyalty_members", 1)]


def test_without_a_cursor_only_rows_that_changed_are_appended() -> None:
    first: list[dict[str, Any]] = [
        {"member_id": 1, "name": "Ann", "age": None},
        {"member_id": 2, "name": None, "age": 30},
    ]
    land_resources(members(*first))
    assert land_resources(members(*first)).rows == {"loyalty_members": 0}
    land_resources(members(first[0], {"member_id": 2, "name": "Bob", "age": 30}))
    land_resources(members(*first))
    assert values("loyalty_members", "member_id") == [(1,), (2,), (2,), (2,)], (
        "even a change back to an earlier value"
    )


def test_a_new_column_makes_a_version_only_of_rows_with_a_value() -> None:
    land_resources(members({"member_id": 1}, {"member_id": 2}))
    land_resources(members({"member_id": 1, "tier": "gold"}, {"member_id": 2, "tier": None}))
    assert {(row["member_id"], row["tier"]) for row in rows("loyalty_members")} == {
        (1, None),
        (2, None),
        (1, "gold"),
    }
    assert land_resources(members({"member_id": 1, "tier": "gold"}, {"member_id": 2})).rows == {
        "loyalty_members": 0
    }


def test_a_cursor_resumes_at_the_end_of_bronze_minus_the_lag() -> None:
    started: list[datetime | None] = []
    table = [{"member_id": 1, "changed_at": NOON}]

    def read(changed_at: dlt.sources.incremental[datetime]) -> Iterator[dict[str, Any]]:
        started.append(changed_at.start_value)
        yield from table

    def load() -> int:
        cursor = dlt.sources.incremental[datetime]("changed_at", lag=3600)
        return land_resources(dlt.resource(read, name="members", primary_key="member_id")(cursor)).rows[
            "loyalty_members"
        ]

    assert load() == 1
    table += [
        {"member_id": 1, "changed_at": NOON + HOUR},
        {"member_id": 2, "changed_at": NOON - HOUR},
        {"member_id": 3, "changed_at": NOON - 2 * HOUR},
    ]
    assert load() == 3, "the third changed before the lag begins, and the source sends it all the same"
    assert started == [None, NOON - HOUR]
    assert load() == 0


def test_a_numeric_cursor_has_no_lag() -> None:
    started: list[int | None] = []

    @dlt.resource(name="events", primary_key="event_id")
    def events(event_id: Any = dlt.sources.incremental("event_id")) -> Iterator[dict[str, Any]]:  # noqa: B008
        started.append(event_id.start_value)
        yield from ({"event_id": number} for number in range(3))

    land_resources(events)
    assert land_resources(events).rows == {"loyalty_events": 0}
    assert started == [None, 2]


def test_a_cursor_of_text_resumes_as_text() -> None:
    started: list[str | None] = []

    def read(changed_at: dlt.sources.incremental[str]) -> Iterator[dict[str, Any]]:
        started.append(changed_at.start_value)
        yield {"member_id": 1, "changed_at": "2017-03-01T12:00:00+00:00"}

    def load() -> int:
        resource = dlt.resource(
            read,
            name="members",
            primary_key="member_id",
            columns={"changed_at": {"data_type": "timestamp"}},
        )(dlt.sources.incremental[str]("changed_at"))
        return land_resources(resource).rows["loyalty_members"]

    assert (load(), load()) == (1, 0)
    assert started == [None, "2017-02-26T12:00:00+00:00"]


def test_a_cursor_that_is_text_in_bronze_is_refused_from_the_second_load_on() -> None:
    def resource() -> Any:
        return dlt.resource(
            [{"member_id": 1, "changed_at": "2017-03-01T12:00:00+00:00"}],
            name="members",
            primary_key="member_id",
            incremental=dlt.sources.incremental[str]("changed_at"),
        )

    land_resources(resource())
    with pytest.raises(IngestError, match="changed_at is text in Bronze"):
        land_resources(resource())


def test_replace_keeps_only_the_rows_of_the_last_load() -> None:
    land_resources(members({"member_id": 1}, {"member_id": 2}, write_disposition="replace"))
    land_resources(members({"member_id": 3}, write_disposition="replace", primary_key=None))
    assert values("loyalty_members", "member_id") == [(3,)]
    land_resources(members({"member_id": 3}, write_disposition="replace"))
    assert values("loyalty_members", "member_id") == [(3,)]


def test_replace_with_no_rows_empties_the_table() -> None:
    land_resources(members({"member_id": 1}, write_disposition="replace"))
    assert land_resources(members(write_disposition="replace")).rows == {"loyalty_members": 0}
    assert values("loyalty_members", "member_id") == []


def test_a_replacement_that_fails_midway_keeps_the_old_rows() -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield {"member_id": 2}
        raise ValueError("the file ends here")

    land_resources(members({"member_id": 1}, write_disposition="replace"))
    with pytest.raises(IngestError, match="the file ends here"):
        land_resources(dlt.resource(broken, name="members", write_disposition="replace"))
    assert values("loyalty_members", "member_id") == [(1,)]


def test_merge_keeps_the_last_row_of_each_key() -> None:
    disposition = {"write_disposition": "merge"}
    land_resources(members({"member_id": 1, "name": "Ann"}, {"member_id": 2, "name": "Bob"}, **disposition))
    changed = [
        {"member_id": 2, "name": "Rob"},
        {"member_id": 3, "name": "Cy"},
        {"member_id": 3, "name": "Di"},
    ]
    land_resources(members(*changed, **disposition), day=date(2017, 3, 2))
    assert values("loyalty_members", "member_id", "name", "_business_date") == [
        (1, "Ann", DAY),
        (2, "Rob", date(2017, 3, 2)),
        (3, "Di", date(2017, 3, 2)),
    ]


def test_merge_uses_all_columns_of_a_key_and_adds_new_columns() -> None:
    disposition: dict[str, Any] = {"write_disposition": "merge", "primary_key": ["shop", "member_id"]}
    land_resources(members({"shop": "a", "member_id": 1}, {"shop": "b", "member_id": 1}, **disposition))
    land_resources(members({"shop": "b", "member_id": 1, "tier": "gold"}, **disposition))
    assert values("loyalty_members", "shop", "tier") == [("a", None), ("b", "gold")]


def test_a_merge_that_changes_nothing_makes_no_commit() -> None:
    for _ in range(2):
        land_resources(members({"member_id": 1, "name": "Ann"}, write_disposition="merge"))
    assert snapshots() == 1


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        ({"primary_key": None}, "append without a primary key"),
        ({"primary_key": None, "write_disposition": "merge"}, "merge needs a primary key"),
        ({"write_disposition": {"disposition": "merge", "strategy": "scd2"}}, "scd2"),
        (
            {"write_disposition": "merge", "columns": {"gone": {"hard_delete": True, "data_type": "bool"}}},
            "hard_delete of gone",
        ),
        ({"table_name": lambda row: "any"}, "depends on the row"),
    ],
)
def test_resources_that_cannot_land_correctly_are_refused(hints: dict[str, Any], message: str) -> None:
    line = landing_error(members({"member_id": 1, "gone": False}, **hints))
    assert line.startswith("loyalty.members: ")
    assert message in line


def test_unselected_and_skipped_resources_do_not_land() -> None:
    skipped = dlt.resource([{"a": 1}], name="skipped", write_disposition="skip")
    unselected = dlt.resource([{"a": 1}], name="unselected", selected=False)
    assert land_resources(members({"member_id": 1}), skipped, unselected).rows == {"loyalty_members": 1}


def test_a_resource_lands_after_those_that_it_refers_to() -> None:
    order: list[str] = []

    def reading(name: str) -> Iterator[dict[str, Any]]:
        order.append(name)
        yield {"id": 1}

    first = dlt.resource(reading, name="orders", primary_key="id")("orders")
    first.apply_hints(additional_table_hints={"x-loaded-after": ["people"]})
    second = dlt.resource(reading, name="people", primary_key="id")("people")
    land_resources(first, second)
    assert order == ["people", "orders"]
    first.apply_hints(additional_table_hints={"x-loaded-after": ["nobody"]})
    with pytest.raises(IngestError, match=r"loyalty\.orders is loaded after nobody"):
        land_resources(first)


def test_a_changed_type_sets_its_row_aside() -> None:
    land_resources(members({"member_id": 1, "age": 30}))
    land_resources(members({"member_id": 1, "age": "thirty"}, {"member_id": 2, "age": 20}))
    assert values("loyalty_members", "member_id", "age") == [(1, 30), (2, 20)]
    assert rejected("loyalty_members") == [("type", "age")]


def test_a_library_error_in_a_resource_is_one_line_without_values() -> None:
    def broken() -> Iterator[pa.Table]:
        yield pa.table({"member_id": ["Smith"]}).cast(pa.schema([("member_id", pa.int64())]))

    line = landing_error(dlt.resource(broken, name="members", primary_key="member_id"))
    assert "loyalty_members" in line
    assert "Smith" not in line
