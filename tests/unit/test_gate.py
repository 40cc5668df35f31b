"""The gate: who passes, who is set aside, and when a load stops; the counts always add up."""

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyiceberg.table import Table

from larder.errors import SourceChanged
from larder.landing import plan
from larder.landing.checks import declared_rules, gate, rules
from larder.landing.checks.declared_rules import GateSettings
from larder.landing.checks.duplicates import Duplicates
from larder.landing.checks.gate import Gate, Origin, Run
from larder.landing.conversion.batch import Batch
from larder.landing.load import LoadResult
from larder.quarantine import merge as quarantine_merge
from larder.quarantine import records
from larder.settings import PROJECT
from tests.unit.bronze_tables import values
from tests.unit.landing_helpers import DAY, land_resources
from tests.unit.quarantine_rejects import by_payload
from tests.unit.quarantine_rows import payloads, rejected

TABLE = "loyalty_people"
SHAPE = pa.table({"id": pa.array([], pa.int64()), "name": pa.array([], pa.string())}).schema
Row = tuple[int | None, str | None]
KILLED_BEFORE_BRONZES_COMMIT = """
    import os, signal
    from larder.landing import destination
    from tests.unit.test_gate import GOOD_AND_BAD, land_people

    destination._add = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
    land_people(GOOD_AND_BAD)
"""
GOOD_AND_BAD: list[Row] = [(1, "Ann"), (None, "Bob"), (3, "Cid")]


def build_gate(share: float = 0.1) -> tuple[Gate, list[pa.Table]]:
    """A gate for people, whose ids and names must not be null, and the rows that it sets aside."""
    aside: list[pa.Table] = []
    own = (rules.not_null("id"), rules.not_null("name"))
    origin = Origin("loyalty", TABLE, Run(DAY), TABLE)
    duplicates = Duplicates(("id",), None, is_ordered=False)
    return Gate(
        origin, ("id",), own, GateSettings(max_rejected_share=share), duplicates, set_aside=aside.append
    ), aside


def people(rows: list[Row]) -> pa.Table:
    """People as a table."""
    return pa.Table.from_pylist([{"id": key, "name": name} for key, name in rows], SHAPE)


def admit(checked: Gate, rows: list[Row]) -> list[Row]:
    """The rows of a batch that pass."""
    batch = Batch(people(rows))
    checked.counts.received += len(rows)
    return [(row["id"], row["name"]) for row in checked.admit(batch, batch).to_pylist()]


def land_people(*batches: list[Row]) -> LoadResult:
    """Land batches of people."""
    return land_resources(dlt.resource(list(map(people, batches)), name="people", primary_key="id"))


def counts(loaded: LoadResult) -> tuple[int, int, int, int]:
    """The rows received, accepted, set aside and known of a load of people."""
    found = loaded.received, loaded.rows, loaded.quarantined, loaded.already_there
    received, accepted, aside, known = (one[TABLE] for one in found)
    return received, accepted, aside, known


# The share of rejected rows


@pytest.mark.parametrize(
    ("received", "bad", "share", "stops"),
    [
        (10, 10, 0.1, False),
        (11, 11, 0.1, True),
        (100, 10, 0.1, False),
        (100, 11, 0.1, True),
        (200, 20, 0.1, False),
        (200, 21, 0.1, True),
        (200, 200, 1.0, False),
        (200, 10, 0.001, False),
        (200, 0, 0.0, False),
        (200, 1, 0.0, True),
    ],
)
def test_a_load_stops_if_more_than_ten_rows_and_their_share_are_rejected(
    received: int, bad: int, share: float, stops: bool
) -> None:
    checked, aside = build_gate(share)
    admit(checked, [(key, None if key < bad else "Ann") for key in range(received)])
    if stops:
        with pytest.raises(SourceChanged, match=f"{bad} of {received} rows break a rule.*name is null"):
            checked.settle()
        assert aside == []
    else:
        checked.settle()
        assert sum(table.num_rows for table in aside) == bad


def test_a_load_that_stops_leaves_neither_rows_nor_records(home: Path) -> None:
    bad: list[Row] = [(None, f"{number}") for number in range(11)]
    with pytest.raises(SourceChanged, match="11 of 12 rows break a rule, more than the 10%"):
        land_people([(1, "Ann"), *bad])
    assert (values(TABLE, "id"), rejected(TABLE)) == ([], [])
    assert counts(land_people([(1, "Ann"), *bad[1:]])) == (11, 1, 10, 0)


def test_the_share_of_a_table_is_declared_in_its_dbt_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(declared_rules, "PROJECT", tmp_path)
    rows: list[Row] = [(1, "Ann"), *((None, f"{number}") for number in range(11))]
    for share, is_loaded in ((0.5, False), (0.95, True)):
        meta = f"{{meta: {{gate: {{max_rejected_share: {share}}}}}}}"
        table = f"{{name: people, identifier: {TABLE}, config: {meta}}}"
        (tmp_path / "models" / "loyalty.yml").write_text(
            f"sources:\n  - {{name: loyalty, tables: [{table}]}}\n"
        )
        declared_rules._tables.cache_clear()
        if is_loaded:
            assert counts(land_people(rows)) == (12, 1, 11, 0)
        else:
            with pytest.raises(SourceChanged, match="more than the 50%"):
                land_people(rows)


@pytest.fixture(autouse=True)
def declarations() -> Iterator[None]:
    """Forget what a test has declared."""
    yield
    declared_rules._tables.cache_clear()


# Rules that stop a load


def test_a_rule_that_stops_the_load_lets_nothing_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = GateSettings(rules=(rules.not_null("name", stops=True),))
    monkeypatch.setattr(plan, "read_settings", lambda *_: stopping)
    with pytest.raises(SourceChanged, match=r"1 rows break the rule not_null, .*: name is null"):
        land_people([(1, "Ann"), (None, "Bob")], [(3, None)])
    assert (values(TABLE, "id"), rejected(TABLE)) == ([], [])
    assert counts(land_people([(1, "Ann"), (None, "Bob")])) == (2, 1, 1, 0)


# Rows of the same key


def test_a_row_that_a_batch_repeats_is_there_already_and_another_one_is_set_aside(home: Path) -> None:
    batches: list[list[Row]] = [[(1, "Ann"), (2, "Bob")], [(1, "Ann"), (2, "Eve"), (3, "Cid")]]
    assert counts(land_people(*batches)) == (5, 3, 1, 1)
    assert values(TABLE, "id", "name") == [(1, "Ann"), (2, "Bob"), (3, "Cid")]
    assert rejected(TABLE) == [("unique", None)]
    assert payloads(TABLE) == [{"id": 2, "name": "Eve"}]


# Loads that were killed, and repeated ones


def test_a_load_that_is_killed_between_its_two_commits_is_repeated_without_harm(home: Path) -> None:
    code = textwrap.dedent(KILLED_BEFORE_BRONZES_COMMIT)
    killed = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert values(TABLE, "id") == []
    before = by_payload("record_id", "first_seen_at")
    assert len(before) == 1
    assert counts(land_people(GOOD_AND_BAD)) == (3, 2, 1, 0)
    assert values(TABLE, "id", "name") == [(1, "Ann"), (3, "Cid")]
    assert rejected(TABLE) == [("not_null", "id")]
    assert by_payload("record_id", "first_seen_at") == before


def test_many_rejected_rows_are_written_in_parts_and_only_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "REJECTS_AT_ONCE", 2)
    parts: list[int] = []
    merge = quarantine_merge.merge

    def counting(target: Table, rejects: pa.Table) -> None:
        parts.append(rejects.num_rows)
        merge(target, rejects)

    monkeypatch.setattr(records, "merge", counting)
    batches: list[list[Row]] = [[(number, "Ann"), (None, f"{number}")] for number in range(5)]
    assert counts(land_people(*batches)) == (10, 5, 5, 0)
    assert counts(land_people(*batches)) == (10, 0, 5, 5)
    assert parts == [2, 2, 1] * 2
    assert payloads(TABLE) == [{"id": None, "name": f"{number}"} for number in range(5)]


def test_a_table_of_which_all_first_rows_are_rejected_is_loaded_later(home: Path) -> None:
    def load(*dates: str) -> tuple[int, int, int, int]:
        columns: Any = {"at": {"data_type": "date"}}
        rows = [{"id": number, "at": at} for number, at in enumerate(dates)]
        return counts(land_resources(dlt.resource(rows, name="people", primary_key="id", columns=columns)))

    assert load() == (0, 0, 0, 0)
    assert load("soon") == load("soon") == (1, 0, 1, 0)
    assert load("2017-03-01") == (1, 1, 0, 0)
    assert rejected(TABLE) == []
    assert rejected(TABLE, "resolved") == [("type", "at")]


# Any rows


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.one_of(st.none(), st.integers(1, 4)),
                st.one_of(st.none(), st.sampled_from(["Ann", "Bob", ""])),
            ),
            max_size=6,
        ),
        max_size=4,
    )
)
@settings(deadline=None, derandomize=True)
def test_each_row_passes_or_is_set_aside_or_is_a_repetition(batches: list[list[Row]]) -> None:
    checked, aside = build_gate(share=1.0)
    expected: dict[int, str] = {}
    outcomes: dict[str, list[Row]] = {"passes": [], "aside": [], "there": []}
    for row in (row for batch in batches for row in batch):
        key, name = row
        if key is None or name is None or expected.get(key, name) != name:
            outcome = "aside"
        else:
            outcome = "there" if key in expected else "passes"
            expected[key] = name
        outcomes[outcome].append(row)
    passed = [row for batch in batches for row in admit(checked, batch)]
    checked.settle()
    texts = [text for table in aside for text in table["payload_json"].to_pylist()]
    found = [(row["id"], row["name"]) for row in map(json.loads, map(str, texts))]
    assert passed == outcomes["passes"]
    assert sorted(found, key=repr) == sorted(outcomes["aside"], key=repr)
    total = checked.counts
    assert total.received == total.accepted + total.quarantined + total.already_there
    assert total.already_there == len(outcomes["there"])
