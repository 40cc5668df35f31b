"""`larder quarantine list`, `show` and `discard`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from larder.cli.app import app
from larder.quarantine import records
from tests.unit.quarantine_rejects import by_payload, note, reject

ROW = {"basket_id": 7, "household_name": "Ann Smith", "store_id": None, "status": "complete\u001b[31m"}
PAYLOAD = json.dumps(ROW)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)
    return tmp_path


def quarantine(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["quarantine", *arguments])


def record_id(payload: str) -> str:
    return str(by_payload("record_id")[payload])


def write_manifest(folder: Path, **columns: dict[str, Any]) -> None:
    node = {
        "resource_type": "source",
        "schema": "bronze",
        "columns": {name: {"name": name, "meta": meta} for name, meta in columns.items()},
    }
    found = {
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
        "sources": {"source.larder.shop.baskets": node},
    }
    (folder / "target").mkdir()
    (folder / "target" / "manifest.json").write_text(json.dumps(found))


def test_open_records_are_listed_latest_first_without_values() -> None:
    note(reject(PAYLOAD, 1), reject("{}", 2, rule="unique", column_name=None, reason="the key occurs twice"))
    listed = quarantine("list").output.splitlines()
    assert listed == [
        f"{record_id('{}')}  shop_baskets  open  unique             2017-03-02 02:00  the key occurs twice",
        f"{record_id(PAYLOAD)}  shop_baskets  open  not_null store_id  2017-03-02 01:00  store_id is null",
        "2 records",
    ]


def test_a_list_is_cut_at_its_limit() -> None:
    note(*(reject(name, hour) for hour, name in enumerate("abc")))
    listed = quarantine("list", "--limit", "1").output.splitlines()
    assert listed[0].startswith(record_id("c"))
    assert listed[1:] == ["3 records, of which the latest 1 are listed"]


@pytest.mark.parametrize(
    ("options", "payloads"),
    [
        ([], "dab"),
        (["--state", "discarded"], "c"),
        (["--state", "all"], "abcd"),
        (["--source", "marketing"], "d"),
        (["--resource", "shop_baskets"], "ab"),
        (["--rule", "unique"], "b"),
        (["--rule", "type"], ""),
    ],
)
def test_records_are_listed_by_what_they_have_in_common(options: list[str], payloads: str) -> None:
    note(reject("a"), reject("b", rule="unique"), reject("c", resource="shop_stores"))
    note(reject("d", source="marketing", resource="marketing_coupons"))
    records.close([record_id("c")], "discarded")
    listed = quarantine("list", *options).output.splitlines()
    assert {line.split()[0] for line in listed[:-1]} == {record_id(payload) for payload in payloads}
    assert listed[-1] == f"{len(payloads)} record{'' if len(payloads) == 1 else 's'}"


def test_without_any_record_none_is_listed() -> None:
    assert quarantine("list").output == "0 records\n"


def test_a_record_is_shown_with_personal_values_masked(home: Path) -> None:
    write_manifest(home, basket_id={}, store_id={}, household_name={"personal": True})
    note(reject(PAYLOAD, 1, key_json='{"basket_id": 7}', run_id="run-1"))
    assert quarantine("show", record_id(PAYLOAD)).output.splitlines() == [
        f"record         {record_id(PAYLOAD)}",
        "of             bronze.shop_baskets, source shop",
        "state          open",
        "rule           not_null of store_id",
        "reason         store_id is null",
        "first seen     2017-03-02 01:00:00 UTC, business date 2017-03-01",
        "last seen      2017-03-02 01:00:00 UTC, run run-1",
        "    basket_id       7  (key)",
        "    household_name  ***",
        "    store_id        null",
        # It is not declared.
        "    status          ***",
    ]


def test_a_shown_value_cannot_control_the_terminal(home: Path) -> None:
    write_manifest(home, basket_status={})
    note(reject(json.dumps({"basket_status": "\u001b[31m"})))
    shown = quarantine("show", *by_payload("record_id").values()).output
    assert '"\\u001b[31m"' in shown
    assert "\u001b" not in shown


def test_without_a_manifest_all_values_are_masked() -> None:
    note(reject(PAYLOAD))
    shown = quarantine("show", record_id(PAYLOAD)).output
    assert "masked         all values, since" in shown
    assert shown.count("***") == len(ROW)
    assert "Ann" not in shown


def test_a_closed_record_shows_its_note() -> None:
    note(reject("{}"))
    assert quarantine("discard", record_id("{}"), "--note", "a test row").output == (
        "1 discarded, 0 were closed before\n"
    )
    [line] = [one for one in quarantine("show", record_id("{}")).output.splitlines() if "state" in one]
    assert line.startswith("state          discarded at 20")
    assert line.endswith(" UTC: a test row")


def test_discarding_twice_changes_nothing() -> None:
    note(reject("a"), reject("b"))
    quarantine("discard", record_id("a"), "--note", "first")
    assert (
        quarantine("discard", record_id("a"), record_id("b")).output == "1 discarded, 1 were closed before\n"
    )
    assert by_payload("state", "note") == {"a": ("discarded", "first"), "b": ("discarded", None)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "0123456789abcdef"], "error: quarantine: there is no record 0123456789abcdef. "),
        (["discard", "0123456789abcdef"], "error: quarantine: there is no record 0123456789abcdef. "),
        (["list", "--state", "lost"], "error: --state: there is no state lost. Name one of open, "),
    ],
)
def test_an_error_is_one_line(arguments: list[str], message: str) -> None:
    note(reject("{}"))
    result = quarantine(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def test_an_unknown_id_among_others_discards_none() -> None:
    note(reject("{}"))
    assert quarantine("discard", record_id("{}"), "f" * 16).exit_code == 1
    assert by_payload("state") == {"{}": "open"}
