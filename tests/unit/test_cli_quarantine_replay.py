"""`larder quarantine replay`: which records it takes, what it prints, and its exit code."""

from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from larder.cli import quarantine_replay
from larder.cli.app import app
from larder.errors import IngestError
from larder.landing.columns import columns
from larder.landing.sources import Source
from larder.quarantine import records
from larder.runtime import replay_model
from larder.runtime.replay_model import Replayed
from tests.unit.bronze_tables import values
from tests.unit.landing_helpers import land_source
from tests.unit.quarantine_rejects import note, reject

SENT: dict[str, list[dict[str, Any]]] = {
    "members": [{"member_id": 1, "points": "many"}, {"member_id": 2, "points": "few"}],
    "cards": [{"member_id": None, "points": 3}],
}


@dlt.source(name="loyalty")
def loyalty() -> Any:
    for name, sent in SENT.items():
        hints = columns(bigint=["member_id", "points"])
        yield dlt.resource(
            sent, name=name, primary_key="member_id", columns=hints, write_disposition="append"
        )


def find_source(name: str) -> Source:
    if name != "loyalty":
        raise IngestError(f"{name}: there is no such source; name one of loyalty")
    return Source("loyalty", loyalty, {})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)
    monkeypatch.setattr(quarantine_replay, "find_source", find_source)
    land_source(loyalty)


def replay(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["quarantine", "replay", *arguments])


def ids(resource: str) -> list[str]:
    found = records.read(resource=resource, columns=["record_id"])
    return sorted(str(one) for one in found["record_id"].to_pylist())


def open_count() -> int:
    return records.read(state="open", columns=["record_id"]).num_rows


def test_records_are_replayed_by_their_ids() -> None:
    first, second = ids("loyalty_members")
    result = replay(first, "--set", "points=5")
    assert (result.exit_code, result.stdout) == (0, "1 replayed\n")
    assert len(values("loyalty_members", "points")) == 1
    result = replay(first, second, "--set", "points=5")
    assert (result.exit_code, result.stdout) == (0, "1 replayed, 1 closed before\n")
    assert values("loyalty_members", "member_id", "points") == [(1, 5), (2, 5)]


@pytest.mark.parametrize(
    "options",
    [["--resource", "loyalty_members"], ["--rule", "type"], ["--source", "loyalty", "--rule", "type"]],
)
def test_records_are_replayed_by_what_they_have_in_common(options: list[str]) -> None:
    result = replay(*options, "--set", "points=5")
    assert (result.exit_code, result.stdout) == (0, "2 replayed\n")
    assert open_count() == 1


def test_all_open_records_are_replayed() -> None:
    result = replay("--all", "--set", "points=5", "--set", "member_id=9")
    assert (result.exit_code, result.stdout) == (0, "3 replayed\n")
    assert values("loyalty_cards", "member_id", "points") == [(9, 5)]


def test_what_is_rejected_again_has_a_line_and_fails() -> None:
    result = replay("--all", "--set", "points=5")
    [card] = ids("loyalty_cards")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{card}  loyalty_cards  member_id is null",
        "2 replayed, 1 rejected again",
    ]
    assert open_count() == 1


def test_an_error_of_one_table_does_not_keep_others_from_being_replayed() -> None:
    note(reject("{}", source="attic", resource="attic_boxes"))
    result = replay("--all", "--set", "points=5", "--set", "member_id=9")
    assert result.exit_code == 1
    assert result.stdout == "3 replayed\n"
    assert result.stderr == "error: attic: there is no such source; name one of loyalty\n"
    assert open_count() == 1


def test_records_of_data_tests_go_back_into_their_model(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[Any, ...]] = []

    def put_back(found: pa.Table, changes: dict[str, Any]) -> Replayed:
        given.append((set(found["payload_json"].to_pylist()), changes))
        first, second, third = (str(one) for one in found["record_id"].to_pylist())
        return Replayed([first], [second], [third])

    monkeypatch.setattr(replay_model, "replay", put_back)
    own: dict[str, Any] = {"source": "dbt", "resource": "sales", "table_name": "gold.sales"}
    payloads = {'{"a": 1}', '{"a": 2}', '{"a": 3}'}
    note(*(reject(payload, **own) for payload in payloads))
    result = replay("--source", "dbt", "--set", "a=5", "--set", "b=null", "--set", 'c="5"', "--set", "d=x")
    assert result.exit_code == 1
    again, counts = result.stdout.splitlines()
    assert again.endswith("  sales  a data test rejected it again")
    assert counts == "1 replayed, 1 rejected again, 1 had come good"
    assert given == [(payloads, {"a": "5", "b": None, "c": "5", "d": "x"})]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: name the records to replay: either ids, or --source, "),
        (["0123456789abcdef", "--all"], "error: name the records to replay: either ids, or --source, "),
        (["--all", "--rule", "type"], "error: name the records to replay: either ids, or --source, "),
        (["0123456789abcdef"], "error: quarantine: there is no record 0123456789abcdef. "),
        (["--rule", "unique"], "error: quarantine: no open record matches --rule unique. "),
        (["--all", "--set", "points"], "error: --set: points is not COLUMN=VALUE, "),
        (["--all", "--set", "=5"], "error: --set: =5 is not COLUMN=VALUE, "),
        (
            ["--rule", "type", "--set", "pts=5"],
            "error: loyalty_members: there is no column pts. --set takes member_id, ",
        ),
    ],
)
def test_an_error_is_one_line(arguments: list[str], message: str) -> None:
    result = replay(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
    assert open_count() == 3


def test_without_open_records_all_says_so() -> None:
    for resource in ("loyalty_members", "loyalty_cards"):
        records.close(ids(resource), "discarded")
    result = replay("--all")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: quarantine: no record is open. ")


def test_no_value_is_printed() -> None:
    result = replay("--all")
    assert result.exit_code == 1
    assert "many" not in result.output
    assert "few" not in result.output
