import hashlib
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import Table

from larder.errors import LarderError
from larder.lake.catalog import open_catalog
from larder.quarantine import commits, merge, records, schema
from larder.quarantine.schema import SCHEMA
from tests.unit.quarantine_rejects import DAY, at, by_payload, note, reject, rejects


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)
    return tmp_path


def snapshots() -> int:
    found = schema.find()
    return 0 if found is None else len(found.snapshots())


def ids_of(*payloads: str) -> list[str]:
    known = by_payload("record_id")
    return [known[payload] for payload in payloads]


def test_a_rejected_row_is_an_open_record() -> None:
    note(reject('{"a": 1}', 3, key_json='{"basket_id": 7}', run_id="run-1"))
    [found] = records.read().to_pylist()
    assert found == {
        "record_id": hashlib.sha256(b'shop\nshop_baskets\n{"a":1}').hexdigest()[:16],
        "source": "shop",
        "resource": "shop_baskets",
        "table_name": "bronze.shop_baskets",
        "key_json": '{"basket_id": 7}',
        "rule": "not_null",
        "column_name": "store_id",
        "reason": "store_id is null",
        "payload_json": '{"a": 1}',
        "run_id": "run-1",
        "business_date": DAY,
        "first_seen_at": at(3),
        "last_seen_at": at(3),
        "state": "open",
        "closed_at": None,
        "note": None,
    }


def test_the_same_payload_twice_is_one_record_and_other_resources_have_their_own() -> None:
    note(reject("{}"), reject("{}"), reject("{}", resource="shop_stores"))
    assert {*records.read()["resource"].to_pylist()} == {"shop_baskets", "shop_stores"}
    assert records.read().num_rows == 2


@pytest.mark.parametrize(
    "same",
    [
        '{"a":1,"b":"é"}',
        '{"a": 1, "b": "\\u00e9"}',
        '{"a": 1.0, "b": "é"}',
        '{"a": 1, "b": "é", "c": null}',
    ],
)
def test_the_same_row_in_other_words_is_the_same_record(same: str) -> None:
    note(reject('{"a": 1, "b": "é"}', 1))
    note(reject(same, 2))
    assert records.read()["last_seen_at"].to_pylist() == [at(2)]


@pytest.mark.parametrize(
    "other", ['{"a": 2, "b": "é"}', '{"a": "1", "b": "é"}', '{"b": "é"}', '{"a": 1.01, "b": "é"}']
)
def test_another_row_is_another_record(other: str) -> None:
    note(reject('{"a": 1, "b": "é"}', 1))
    note(reject(other, 2))
    assert records.read().num_rows == 2


def test_the_same_rejects_again_change_nothing() -> None:
    rows = [reject("a", run_id="run-1"), reject("b", rule="unique")]
    note(*rows)
    before, commits_before = records.read(), snapshots()
    note(*rows)
    assert records.read().equals(before)
    assert snapshots() == commits_before


def test_a_record_that_is_rejected_again_has_its_latest_reason() -> None:
    note(reject("a", 1, run_id="run-1"))
    note(reject("a", 2, run_id="run-2", rule="unique", column_name=None, reason="the key occurs twice"))
    assert by_payload("first_seen_at", "last_seen_at", "rule", "column_name", "reason", "run_id") == {
        "a": (at(1), at(2), "unique", None, "the key occurs twice", "run-2")
    }


def test_rejects_that_were_seen_earlier_do_not_replace_later_ones() -> None:
    note(reject("a", 5, rule="unique"))
    note(reject("a", 2))
    assert by_payload("rule", "last_seen_at") == {"a": ("unique", at(5))}


def test_the_business_date_is_that_of_the_first_run() -> None:
    note(reject("a", 1))
    note(reject("a", 2, business_date=DAY.replace(day=9)))
    assert by_payload("business_date") == {"a": DAY}


def test_a_closed_record_has_its_state_time_and_note() -> None:
    note(reject("a"), reject("b"))
    assert records.close(ids_of("a"), "replayed", "with another store") == 1
    assert by_payload("state", "note") == {"a": ("replayed", "with another store"), "b": ("open", None)}
    assert by_payload("closed_at")["a"] is not None
    assert records.find_open("shop", "shop_baskets", ["payload_json"]).to_pylist() == [{"payload_json": "b"}]


def test_only_open_records_are_closed() -> None:
    note(reject("a"))
    records.close(ids_of("a"), "discarded")
    before = records.read()
    assert records.close([*ids_of("a"), "0" * 16], "replayed") == 0
    assert records.read().equals(before)


@pytest.mark.parametrize("state", ["resolved", "replayed"])
def test_a_closed_record_that_is_rejected_again_is_open_again(state: schema.Closing) -> None:
    note(reject("a", 1))
    records.close(ids_of("a"), state, "came good")
    note(reject("a", 2))
    assert by_payload("state", "first_seen_at", "closed_at", "note") == {"a": ("open", at(1), None, None)}


def test_a_discarded_record_stays_discarded() -> None:
    note(reject("a", 1))
    records.close(ids_of("a"), "discarded", "a test row")
    before = records.read()
    note(reject("a", 2))
    assert records.read().equals(before)


def test_many_records_are_closed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "CLOSED_AT_ONCE", 2)
    note(*(reject(name) for name in "abcde"))
    assert records.close(ids_of(*"abcde"), "resolved") == 5
    assert set(by_payload("state").values()) == {"resolved"}


def test_records_are_found_by_each_column() -> None:
    note(
        reject("a"),
        reject("b", rule="unique"),
        reject("c", resource="shop_stores"),
        reject("d", source="marketing", resource="marketing_coupons"),
    )
    records.close(ids_of("b"), "resolved")

    def found(**wanted: Any) -> str:
        return "".join(sorted(str(one) for one in records.read(**wanted)["payload_json"].to_pylist()))

    assert found() == "abcd"
    assert found(source="shop") == "abc"
    assert found(resource="shop_baskets") == "ab"
    assert found(rule="unique") == "b"
    assert found(state="open") == "acd"
    assert found(source="shop", rule="not_null", state="open") == "ac"
    assert found(record_ids=ids_of("a", "d")) == "ad"
    assert found(record_ids=[]) == ""


def test_without_rejects_nothing_is_created() -> None:
    note()
    assert records.close(["0" * 16], "discarded") == 0
    assert records.find_open("shop", "shop_baskets").equals(SCHEMA.empty_table())
    assert not open_catalog().namespace_exists(schema.NAMESPACE)


def test_open_records_are_found_without_reading_closed_ones() -> None:
    note(reject("a"))
    records.close(ids_of("a"), "resolved")
    note(reject("b"))
    found = schema.find()
    assert found is not None
    assert len(list(found.scan(row_filter="state == 'open'").plan_files())) == 1
    assert len(list(found.scan().plan_files())) == 2


def test_threads_at_once_lose_no_record() -> None:
    def note_some(number: int) -> None:
        note(reject("shared", number), reject(f"own {number}"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(note_some, range(6)))
    assert by_payload("last_seen_at") == {"shared": at(5)} | {f"own {number}": at(0) for number in range(6)}


def note_in_process(payloads: list[str]) -> None:
    for payload in payloads:
        note(reject(payload), reject("shared"))


def test_processes_at_once_lose_no_record() -> None:
    payloads = [["a", "b", "c"], ["d", "e", "f"]]
    with multiprocessing.get_context("spawn").Pool(2) as processes:
        processes.map(note_in_process, payloads)
    assert set(by_payload("state")) == {"a", "b", "c", "d", "e", "f", "shared"}


def test_a_commit_of_another_machine_in_between_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine has its own lock: it adds the same record between reading and commit."""
    note(reject("z"))
    replace, waiting = commits.replace, [reject("a", 1)]

    def replace_later(target: Table, *arguments: Any) -> None:
        while waiting:
            merge.merge(schema.ensure(), rejects(waiting.pop()))
        replace(target, *arguments)

    monkeypatch.setattr(merge, "replace", replace_later)
    monkeypatch.setattr(commits, "FIRST_WAIT_SECONDS", 0)
    note(reject("a", 2), reject("b", 2))
    assert by_payload("first_seen_at", "last_seen_at") == {
        "a": (at(1), at(2)),
        "b": (at(2), at(2)),
        "z": (at(0), at(0)),
    }


def test_commits_that_keep_failing_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise CommitFailedException("another process")

    monkeypatch.setattr(commits, "FIRST_WAIT_SECONDS", 0)
    with pytest.raises(
        LarderError, match=r"^quarantine\.records: other processes changed it .*Run .* again\."
    ):
        commits.commit(fail)


PAYLOADS = st.sampled_from("abc")
REJECTED = st.tuples(
    st.just("note"), st.lists(st.tuples(PAYLOADS, st.sampled_from(["unique", "type"])), max_size=4)
)
CLOSED = st.tuples(st.sampled_from(["resolved", "replayed", "discarded"]), st.sets(PAYLOADS))


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(st.one_of(REJECTED, CLOSED), max_size=6))
def test_any_sequence_gives_what_a_plain_model_gives(
    steps: list[tuple[Any, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    model: dict[str, tuple[Any, ...]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARDER_HOME", str(tmp_path_factory.mktemp("model")))
        for hour, (action, named) in enumerate(steps):
            if action == "note":
                note(*(reject(payload, hour, rule=rule) for payload, rule in named))
                # Of several rules that a payload fails, the first by name counts.
                for payload, rule in sorted(named, reverse=True):
                    state, _, first, *_ = model.get(payload, ("open", rule, at(hour)))
                    if state != "discarded":
                        model[payload] = ("open", rule, first, at(hour))
            else:
                open_ones = [one for one in named if one in model and model[one][0] == "open"]
                known = by_payload("record_id")
                assert records.close([known[one] for one in named if one in known], action) == len(open_ones)
                model |= {one: (action, *model[one][1:]) for one in open_ones}
        assert by_payload("state", "rule", "first_seen_at", "last_seen_at") == model
