"""Records of the quarantine take the way into Bronze again: the same rules, the same table."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest

from larder.errors import LarderError
from larder.landing import load
from larder.landing.columns import columns
from larder.landing.hints import only_new_rows, renamed
from larder.landing.replays import replay
from larder.landing.replays.replay import Outcome
from larder.landing.sources import Source
from larder.quarantine import records
from tests.unit.bronze_tables import rows, values
from tests.unit.landing_helpers import DAY, land_source
from tests.unit.quarantine_rejects import note, reject

COLUMNS = columns(bigint=["member_id", "points"], text=["name"], timestamp=["updated_at"])
TABLE = "loyalty_members"

Rows = list[Any]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)


def at(hour: int) -> str:
    return f"2017-03-01T{hour:02}:00:00+00:00"


def member(number: Any = 1, hour: int = 1, **changed: Any) -> dict[str, Any]:
    return {"member_id": number, "points": 5, "name": "Ann", "updated_at": at(hour)} | changed


def loyalty(sent: Rows, *, cursor: str | None = "updated_at", **hints: Any) -> Callable[..., Any]:
    """A source with one resource, `members`, that sends these rows."""

    since = dlt.sources.incremental[str](cursor, on_cursor_value_missing="include") if cursor else None

    def members(since: Any = since) -> Iterator[Any]:
        yield from sent

    declared = {"primary_key": "member_id", "columns": COLUMNS, "write_disposition": "append"} | hints

    @dlt.source(name="loyalty")
    def loyalty() -> Any:
        return dlt.resource(members, name="members", **declared)

    return loyalty


def hinted(function: Callable[..., Any], **hints: Any) -> Callable[..., Any]:
    """The source with further hints of its resource."""

    def source() -> Any:
        opened = function()
        opened.resources["members"].apply_hints(**hints)
        return opened

    return source


def unread(**hints: Any) -> Callable[..., Any]:
    """The same source, whose rows must not be read."""

    class Unread(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            raise AssertionError("the source was read")

    return loyalty(Unread(), **hints)


def open_ids() -> list[str]:
    return sorted(str(one) for one in records.find_open("loyalty", TABLE)["record_id"].to_pylist())


def replay_all(function: Callable[..., Any] | None = None, **changes: str) -> list[Outcome]:
    """Replay all open records of the table."""
    source = Source("loyalty", function or unread(), {})
    return list(replay.replay(source, TABLE, open_ids(), changes, DAY))


def states() -> list[tuple[Any, ...]]:
    found = records.read(columns=["state", "rule", "column_name", "note"]).to_pylist()
    return sorted((tuple(one.values()) for one in found), key=str)


def test_a_row_is_accepted_once_its_value_is_set() -> None:
    land_source(loyalty([member(1), member(2, points="many")]))
    assert [state for state, *_ in states()] == ["open"]
    [outcome] = replay_all(points="7")
    assert (outcome.state, outcome.problem) == ("replayed", "")
    assert values(TABLE, "member_id", "points", "name") == [(1, 5, "Ann"), (2, 7, "Ann")]
    assert states() == [("replayed", "type", "points", "with points set")]


def test_a_replayed_row_has_the_stamps_of_its_load() -> None:
    land_source(loyalty([member(points="many")]), day=date(2017, 2, 1))
    replay_all(points="7")
    [row] = rows(TABLE)
    assert row["_business_date"] == DAY
    assert row["_dlt_load_id"]
    assert datetime.now(UTC) - row["_loaded_at"] < timedelta(minutes=5)
    [logged] = [one for one in rows("load_log") if one["source"] == "quarantine"]
    assert (logged["table_name"], logged["row_count"], logged["received_count"]) == (TABLE, 1, 1)


def test_a_row_that_breaks_a_rule_again_stays_open_with_its_new_reason() -> None:
    land_source(loyalty([member(points="many")]))
    [outcome] = replay_all(points="7", member_id="null")
    assert (outcome.state, outcome.problem) == ("open", "member_id is null")
    assert states() == [("open", "not_null", "member_id", None)]
    [record] = records.read().to_pylist()
    assert json.loads(record["payload_json"])["points"] == "many", "the row itself is kept as it came"
    assert record["business_date"] == DAY
    assert rows(TABLE) == []


def test_without_changes_a_row_breaks_the_same_rule_again_and_is_one_record() -> None:
    sent = [member(1, points="many"), member(2, updated_at=None), member(None), member(4, name=b"\xff")]
    land_source(loyalty(sent))
    before = {one["record_id"]: (one["rule"], one["reason"]) for one in records.read().to_pylist()}
    assert len(before) == 4
    outcomes = replay_all()
    assert {one.record_id: one.problem for one in outcomes} == {
        name: why for name, (_, why) in before.items()
    }
    after = {one["record_id"]: (one["rule"], one["reason"]) for one in records.read().to_pylist()}
    assert after == before


def test_all_may_be_rejected_again_without_stopping_the_load() -> None:
    land_source(
        loyalty(
            [member(number) for number in range(200)]
            + [member(300 + n, n + 2, points="x") for n in range(12)]
        )
    )
    assert len(open_ids()) == 12
    assert {one.state for one in replay_all()} == {"open"}
    assert {one.state for one in replay_all(points="1")} == {"replayed"}
    assert len(rows(TABLE)) == 212


def test_each_row_is_judged_by_itself() -> None:
    land_source(loyalty([member(1, points="many"), member(2, points="many", updated_at=None)]))
    outcomes = {one.state for one in replay_all(points="7")}
    assert outcomes == {"open", "replayed"}
    assert values(TABLE, "member_id") == [(1,)]
    assert [state[:3] for state in states()] == [
        ("open", "cursor", "updated_at"),
        ("replayed", "type", "points"),
    ]


def test_a_row_that_is_older_than_the_lag_is_replayed() -> None:
    land_source(loyalty([member(1, points="many", updated_at="2016-01-01T00:00:00Z"), member(2)]))
    assert [one.state for one in replay_all(points="7")] == ["replayed"]
    assert values(TABLE, "member_id") == [(1,), (2,)]


def test_a_replay_that_was_killed_before_closing_is_completed_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = "2016-01-01T00:00:00Z"
    land_source(loyalty([member(1, points="many", updated_at=old), member(2)]))

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(records, "close", lambda ids, state, note="": die() if state == "replayed" else 0)
        replay_all(points="7")
    assert len(rows(TABLE)) == 2
    assert len(open_ids()) == 1
    replay_all(points="7")
    assert len(rows(TABLE)) == 2
    assert open_ids() == []


def test_a_replay_that_was_killed_is_completed_by_the_next_ingest(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = [member(1, points="many"), member(2)]
    land_source(loyalty(sent))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(load, "log", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        replay_all(points="7")
    assert len(rows(TABLE)) == 2
    land_source(loyalty(sent))
    assert len(rows(TABLE)) == 2
    assert [state for state, *_ in states()] == ["resolved"]


def test_a_row_that_bronze_has_closes_its_record_with_a_note() -> None:
    land_source(loyalty([member(1), member(1, name="Anne")]))
    assert states() == [("open", "unique", None, None)]
    assert [one.state for one in replay_all()] == ["replayed"]
    assert states() == [
        ("replayed", "unique", None, "bronze.loyalty_members had this version or a later one")
    ]
    assert values(TABLE, "name") == [("Ann",)]


def test_a_record_whose_key_came_good_is_not_replayed() -> None:
    land_source(loyalty([member(1, points="many")]))
    land_source(loyalty([member(1, 2)]))
    assert states() == [("resolved", "type", "points", None)]
    [only] = records.read()["record_id"].to_pylist()
    source = Source("loyalty", unread(), {})
    assert list(replay.replay(source, TABLE, [str(only)], {}, DAY)) == [Outcome(str(only), "resolved")]
    assert values(TABLE, "updated_at") == [(datetime(2017, 3, 1, 2, tzinfo=UTC),)]


def test_the_next_ingest_does_not_set_a_replayed_row_aside_again() -> None:
    sent = [member(1, points="many"), member(2)]
    land_source(loyalty(sent))
    replay_all(points="7")
    land_source(loyalty(sent))
    assert [state for state, *_ in states()] == ["replayed"]
    assert len(rows(TABLE)) == 2


def test_a_merge_replaces_the_row_unless_bronze_has_a_later_one() -> None:
    hints = {"write_disposition": "merge"}
    land_source(loyalty([member(1, 5), member(2, 1)], **hints))
    land_source(loyalty([member(1, 3, points="many"), member(2, 6, points="many")], **hints))
    assert len(open_ids()) == 2
    assert {one.state for one in replay_all(unread(**hints), points="7")} == {"replayed"}
    assert values(TABLE, "member_id", "points") == [(1, 5), (2, 7)]


def test_without_a_cursor_whole_rows_are_compared() -> None:
    own: dict[str, Any] = {"cursor": None, "columns": columns(bigint=["member_id", "points"], text=["name"])}
    land_source(loyalty([member(1), member(2, points="many")], **own))
    replay_all(unread(**own), points="5")
    assert values(TABLE, "member_id", "points") == [(1, 5), (2, 5)]
    assert open_ids() == []


@pytest.mark.parametrize(
    ("function", "changes", "message"),
    [
        (
            unread(write_disposition="replace"),
            {},
            r"loyalty_members: each ingest replaces all .* discard the record\.",
        ),
        (
            unread(table_name="others"),
            {},
            r"loyalty_members: the source loyalty no longer has this table\. Discard .*",
        ),
        (
            unread(),
            {"pts": "7"},
            r"loyalty_members: there is no column pts\. --set takes member_id, name, points, .*",
        ),
        (unread(), {"_loaded_at": "7"}, r"loyalty_members: there is no column _loaded_at\. .*"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_one_line(
    function: Callable[..., Any], changes: dict[str, str], message: str
) -> None:
    land_source(loyalty([member(1, points="many")]))
    with pytest.raises(LarderError, match=f"^{message}$"):
        replay_all(function, **changes)
    assert len(open_ids()) == 1


def test_a_missing_field_is_still_missing_until_it_is_set() -> None:
    incomplete = {name: value for name, value in member(1).items() if name != "name"}
    land_source(loyalty([incomplete, member(2)]))
    assert states() == [("open", "missing", "name", None)]
    assert [one.problem for one in replay_all()] == ["name is missing"]
    assert [one.state for one in replay_all(name="Bob")] == ["replayed"]
    assert values(TABLE, "name") == [("Ann",), ("Bob",)]


def test_a_value_of_another_type_does_not_become_text_by_itself() -> None:
    land_source(loyalty([member(1, name=b"Ann"), member(2, name=date(2017, 1, 1)), member(3, name=7)]))
    problems = sorted(one.problem for one in replay_all())
    assert problems == ["name has a value of another type"] * 2 + ["name is int64 instead of string"]
    assert rows(TABLE) == []
    assert {one.state for one in replay_all(name="Bob")} == {"replayed"}


def test_text_that_was_not_utf8_has_to_be_set() -> None:
    broken = pa.array([b"Jos\xe9", b"Ann"]).cast(pa.binary()).view(pa.string())
    sent: dict[str, Any] = {"member_id": [1, 2], "points": [5, 5], "name": broken}
    sent["updated_at"] = pa.array([datetime(2017, 3, 1, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC"))
    land_source(loyalty([pa.table(sent)]))
    assert [one.problem for one in replay_all()] == ["name is not valid UTF-8"]
    assert [one.problem for one in replay_all(name="José", member_id="null")] == ["member_id is null"]
    assert [one.problem for one in replay_all()] == ["name is not valid UTF-8"]
    replay_all(name="José")
    assert values(TABLE, "name") == [("Ann",), ("José",)]


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("12345", "name", "12345"),
        ('"12345"', "name", "12345"),
        ("null", "name", None),
        ("[1]", "name", "[1]"),
        ("7.00", "points", 7),
        ("2017-03-01T05:00:00Z", "updated_at", datetime(2017, 3, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_value_is_json_except_in_a_column_of_text(text: str, column: str, value: Any) -> None:
    land_source(loyalty([member(1, points="many")]))
    assert [one.state for one in replay_all(None, **({"points": "7"} | {column: text}))] == ["replayed"]
    assert values(TABLE, column) == [(value,)]


def test_all_types_come_back_as_they_were_sent() -> None:
    kinds = columns(
        bigint=["member_id"], text=["name"], double=["ratio", "limit"], bool=["is_new"], date=["born"],
        binary=["photo"], decimal_30_2=["balance"], json=["tags"], timestamp=["updated_at"],
    )  # fmt: skip
    good = {
        "member_id": 1, "name": "Ann", "ratio": 0.1, "limit": float("inf"), "is_new": True,
        "born": date(1980, 1, 2), "photo": b"\x00\xff", "balance": Decimal("1234567890123456789012345678.90"),
        "tags": {"a": [1, None]}, "updated_at": datetime(2017, 3, 1, 1, 2, 3, 456, tzinfo=UTC),
        "extra_at": datetime(2017, 1, 1, tzinfo=UTC), "extra_list": [{"b": 1}], "extra_bytes": b"\x01",
        "extra_number": 7, "extra_ratio": 1.5,
    }  # fmt: skip
    own: dict[str, Any] = {"columns": kinds}
    land_source(loyalty([good, good | {"member_id": None}], **own))
    assert [state[:3] for state in states()] == [("open", "not_null", "member_id")]
    replay_all(unread(**own), member_id="2")
    first, second = rows(TABLE)
    stamps = ("member_id", "_loaded_at", "_dlt_load_id")
    assert {name: value for name, value in second.items() if name not in stamps} == {
        name: value for name, value in first.items() if name not in stamps
    }
    assert second["tags"] == '{"a": [1, null]}'


def test_columns_beyond_the_contract_keep_their_type() -> None:
    land_source(loyalty([member(1, extra=7)]))
    land_source(loyalty([member(2, 2, extra=7, points="many")]))
    assert [one.state for one in replay_all(points="1", extra="seven")] == ["open"]
    assert [one.state for one in replay_all(points="1", extra="8")] == ["replayed"]
    assert values(TABLE, "extra") == [(7,), (8,)]


def test_a_new_column_comes_with_a_replayed_row() -> None:
    land_source(loyalty([member(1), member(2, points="many", city="Rome")]))
    replay_all(points="1")
    assert {row["member_id"]: row.get("city") for row in rows(TABLE)} == {1: None, 2: "Rome"}


def test_many_records_are_replayed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "AT_ONCE", 2)
    land_source(loyalty([member(number, points="many") for number in range(5)]))
    assert [one.state for one in replay_all(points="7")] == ["replayed"] * 5
    assert len(rows(TABLE)) == 5


def test_rows_that_are_always_new_are_compared_by_their_key() -> None:
    """Such as those of files: no ingest sends a row twice, so landing does not look for it."""
    hints = {"additional_table_hints": only_new_rows()}
    own: dict[str, Any] = {"cursor": None, "columns": columns(bigint=["member_id", "points"], text=["name"])}
    land_source(hinted(loyalty([member(1), member(2, points="many")], **own), **hints))
    [only] = open_ids()
    replay_all(hinted(unread(**own), **hints), points="5")
    assert values(TABLE, "member_id", "points") == [(1, 5), (2, 5)]
    land_source(hinted(loyalty([member(2, points="many")], **own), **hints))
    assert open_ids() == [only]
    replay_all(hinted(unread(**own), **hints), points="5")
    assert values(TABLE, "member_id", "points") == [(1, 5), (2, 5)]
    assert open_ids() == []


def test_what_bronze_adds_to_a_row_does_not_come_back_with_it() -> None:
    """A data test of dbt takes rows out of Bronze as they are there."""
    land_source(loyalty([member(1)]))
    taken = member(2) | {"_loaded_at": at(1), "_business_date": "2017-03-01", "_dlt_load_id": "1"}
    note(reject(json.dumps(taken), source="loyalty", resource=TABLE))
    assert [one.state for one in replay_all()] == ["replayed"]
    assert values(TABLE, "member_id") == [(1,), (2,)]
    assert "source_loaded_at" not in rows(TABLE)[0]


def test_a_renamed_column_keeps_its_old_name() -> None:
    own: dict[str, Any] = {
        "columns": columns(bigint=["member_id", "score"], text=["name"], timestamp=["updated_at"])
    }
    hints = {"additional_table_hints": renamed(score="points")}
    sent = [{"member_id": 1, "score": "many", "name": "Ann", "updated_at": at(1), "_loaded_at": "x"}]
    land_source(hinted(loyalty(sent, **own), **hints))
    assert [one.state for one in replay_all(hinted(unread(**own), **hints), points="7")] == ["replayed"]
    assert values(TABLE, "points", "source_loaded_at") == [(7, "x")]
