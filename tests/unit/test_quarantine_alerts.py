"""Rejected rows are one incident per table, from the run that finds them until none is open."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import closing
from larder.alerts import store
from larder.alerts.store import RecordedIncident
from larder.cli.app import app
from larder.ops.run_log import RunLog
from larder.ops.steps import BUILD, ingest_step
from larder.quarantine import records
from larder.runtime import dbt_commands
from tests.unit.incident_sample import texts
from tests.unit.quarantine_rejects import at, by_payload, note, reject
from tests.unit.receivers_stub import Webhook

DAY = date(2017, 12, 29)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LARDER_WAREHOUSE", raising=False)
    monkeypatch.setattr(dbt_commands, "target_path", lambda: tmp_path)
    found = {
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
        "sources": {
            "source.larder.shop.baskets": {
                "resource_type": "source",
                "schema": "bronze",
                "identifier": "shop_baskets",
                "name": "baskets",
                "source_name": "shop",
                "config": {"meta": {"owner": "Shop <shop@example.com>"}},
                "depends_on": {"nodes": []},
                "original_file_path": "models/sources.yml",
            }
        },
    }
    (tmp_path / "manifest.json").write_text(json.dumps(found))
    return tmp_path


def end_run(error: BaseException | None = None, day: date = DAY) -> None:
    """What the closing of a run does about alerts."""
    steps = [ingest_step("shop"), BUILD]
    log = RunLog(day, False, "0a1b", "daily", f"daily {day}", at(2), steps=steps, error=error)
    closing.alert.fn(log, [])


def incidents() -> list[RecordedIncident]:
    return [one for one in store.read() if one.kind == "quarantine"]


def open_subjects() -> list[str]:
    return [one.subject for one in incidents() if one.closed_at is None]


def test_an_alert_says_how_many_rows_break_which_rule_and_what_to_do(slack: Webhook) -> None:
    secret = '{"household_name": "Ann Smith"}'
    note(reject(secret, 3, key_json='{"household_id": 4711}'), reject("b"))
    note(reject("c", rule="unique", column_name=None, reason="the key occurs twice"))
    end_run()
    [found] = incidents()
    assert (found.subject, found.owner, found.flow_run_id) == (
        "shop_baskets",
        "Shop <shop@example.com>",
        "0a1b",
    )
    assert found.summary == (
        "daily 2017-12-29: 3 rows are in quarantine instead of shop_baskets "
        "(not_null of store_id: 2, unique: 1)"
    )
    links = ("Prefect", "Site")
    assert [line for line in found.alert_text.splitlines() if not line.startswith(links)] == [
        "Failed    shop_baskets: not_null of store_id: 2, unique: 1",
        "Rows      3",
        "Owner     Shop <shop@example.com>",
        "Run       daily 2017-12-29 (0a1b), business date 2017-12-29",
        "Retry     larder quarantine replay --resource shop_baskets",
        "Note      1 of them rejected by this run; see larder quarantine list --resource shop_baskets",
    ]
    assert len(texts(slack)) == 1
    assert "Ann" not in texts(slack)[0]
    assert "4711" not in texts(slack)[0]


def test_each_table_has_an_incident_until_none_of_its_records_is_open(slack: Webhook) -> None:
    note(reject("a"), reject("b"), reject("c", resource="shop_stores", table_name="bronze.shop_stores"))
    end_run()
    end_run(day=date(2017, 12, 30))
    assert open_subjects() == ["shop_baskets", "shop_stores"]
    assert len(slack.posted) == 2, "what is known is not reported again"
    records.close([by_payload("record_id")["a"]], "discarded")
    end_run(day=date(2017, 12, 28))
    assert open_subjects() == ["shop_baskets", "shop_stores"]
    records.close([by_payload("record_id")["b"]], "resolved")
    end_run(day=date(2017, 12, 28))
    assert open_subjects() == ["shop_stores"]


def test_many_rules_are_counted() -> None:
    note(*(reject(str(number), rule=f"rule_{number}", column_name=None) for number in range(7)))
    end_run()
    [found] = incidents()
    assert found.summary.endswith("(rule_0: 1, rule_1: 1, rule_2: 1, rule_3: 1, rule_4: 1, 2 other rules)")


def test_a_failed_run_reports_rejected_rows_and_an_interrupted_one_does_not() -> None:
    note(reject("a"))
    end_run(KeyboardInterrupt())
    assert open_subjects() == []
    end_run(RuntimeError("failed"))
    assert open_subjects() == ["shop_baskets"]
    records.close(list(by_payload("record_id").values()), "discarded")
    end_run(KeyboardInterrupt())
    assert open_subjects() == ["shop_baskets"]


def test_without_a_manifest_the_alert_says_that_owners_are_not_known(home: Path) -> None:
    (home / "manifest.json").unlink()
    note(reject("a"))
    end_run()
    [found] = incidents()
    assert "no owner declared" in found.alert_text
    assert "owners and what is affected are not known" in found.alert_text


def test_discarding_the_last_record_closes_the_incident(slack: Webhook) -> None:
    note(reject("a"), reject("b"))
    end_run()
    first, second = by_payload("record_id").values()
    CliRunner().invoke(app, ["quarantine", "discard", first])
    assert open_subjects() == ["shop_baskets"]
    CliRunner().invoke(app, ["quarantine", "discard", second])
    assert open_subjects() == []
    assert texts(slack)[-1].startswith("*Over: ")
