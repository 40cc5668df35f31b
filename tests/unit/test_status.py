"""What is missing, late or out of date, from a few made-up runs of a small project."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from larder.cli.app import app
from larder.cli.status_text import describe
from larder.ops import backfills, ledger, schema
from larder.ops.code_versions import code_versions, lineage_versions
from larder.ops.status import Status, examine
from tests.unit import small_project
from tests.unit.ops_rows import add, add_build, add_load, add_nodes
from tests.unit.small_project import DAYS, HISTORY, LINES, MART

MON, TUE, WED, THU = (date(2017, 12, 25) + timedelta(days=number) for number in range(4))
TABLES = {"gold.lines", "gold.days", "gold.mart", "gold.history"}
GOOD = dict.fromkeys((LINES, DAYS, MART, HISTORY), "success") | {"test.larder.unique": "pass"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    schema.ensure_tables()
    add_nodes(*small_project.recorded_nodes(), day=MON)
    return tmp_path / "home"


def versions(manifest: dict[str, Any] | None = None) -> dict[str, tuple[str, str]]:
    """The versions of code and lineage that a run with this manifest records."""
    found = manifest or small_project.manifest()
    own = code_versions(found)
    lineage = lineage_versions(found, own)
    return {name: (own[name], lineage[name]) for name in own}


def at(day: date) -> datetime:
    """When the run for a day ended: the next morning."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC).replace(hour=5)


def run(day: date, results: dict[str, str] = GOOD, **options: Any) -> None:
    """Record a load and a build of a day."""
    add_load("shop_lines", day, at(day))
    add_build(f"run {day}", day, results, at=at(day), **({"versions": versions()} | options))


def status(until: date, manifest: dict[str, Any] | None = None, existing: set[str] = TABLES) -> Status:
    """The status when the data up to a day should be there."""
    now = at(until)
    with ledger.opened(now) as session:
        return examine(session, manifest or small_project.manifest(), existing, now)


def changed(*names: str) -> dict[str, Any]:
    """The manifest after a change of the code of some nodes."""
    found = small_project.manifest()
    for name in names:
        found["nodes"][name]["checksum"] = {"checksum": "changed"}
    return found


def stale(found: Status) -> Iterator[tuple[str, date, date, bool]]:
    for row in found.stale:
        yield row["name"], row["first_date"], row["last_date"], row["is_own_change"]


def gaps(found: Status) -> dict[str, tuple[date, date, bool]]:
    return {row["name"]: (row["first_date"], row["last_date"], row["has_failed"]) for row in found.gaps}


def test_all_is_complete_after_a_run() -> None:
    run(MON)
    assert status(MON).is_complete()
    assert list(describe(status(MON)))[1:] == [
        "Everything is loaded, built and published by the project's code as it is now."
    ]


def test_days_after_the_last_run_are_gaps_of_everything() -> None:
    run(MON)
    found = status(WED)
    assert gaps(found) == dict.fromkeys(("shop.lines", "lines", "days", "mart", "history"), (TUE, WED, False))
    assert list(describe(found))[2:] == [
        "Gaps: fill them with `larder backfill --from 2017-12-26 --to 2017-12-27`",
        "  2017-12-26 to 2017-12-27  1 source table not loaded: shop.lines",
        "  2017-12-26 to 2017-12-27  1 snapshot not built: history",
        "  2017-12-26 to 2017-12-27  3 models not built: days, lines, mart",
    ]


def test_a_later_run_covers_the_days_before_it() -> None:
    run(MON)
    run(WED)
    assert status(WED).is_complete()


def test_a_model_that_failed_has_a_gap_until_a_later_run_builds_it() -> None:
    run(MON)
    run(TUE, GOOD | {DAYS: "error", MART: "skipped"})
    found = status(TUE)
    assert gaps(found) == {"days": (TUE, TUE, True), "mart": (TUE, TUE, True)}
    assert [row["run_name"] for row in found.failed_runs] == ["daily 2017-12-26"]
    run(WED)
    assert status(WED).is_complete()


def test_a_refused_publication_leaves_a_gap_in_all_tables_of_its_run() -> None:
    run(MON)
    run(TUE)
    tables = '[{"table": "gold.mart", "from_snapshot_id": 1, "to_snapshot_id": 2}]'
    begun = {
        "publication_id": "p",
        "flow_run_id": f"run {TUE}",
        "business_date": TUE,
        "tables_json": tables,
    }
    add("publications", begun | {"state": "begun", "at": at(TUE)}, day=TUE)
    assert [row["state"] for row in status(TUE).unpublished] == ["begun"]
    refused = begun | {"state": "refused", "message": "a test failed", "at": at(TUE) + timedelta(seconds=1)}
    add("publications", refused, day=TUE)
    found = status(TUE)
    assert gaps(found) == dict.fromkeys(("lines", "days", "mart", "history"), (TUE, TUE, True))
    assert [(row["state"], row["message"]) for row in found.unpublished] == [("refused", "a test failed")]
    good = {"publication_id": "q", "flow_run_id": f"run {WED}", "business_date": WED, "tables_json": tables}
    run(WED)
    add("publications", good | {"state": "published", "at": at(WED)}, day=WED)
    assert status(WED).is_complete()


def test_a_change_of_code_makes_old_dates_stale_and_a_build_only_what_it_computes() -> None:
    run(MON)
    run(TUE)
    after = changed(DAYS)
    assert list(stale(status(TUE, after))) == [("days", MON, TUE, True), ("mart", MON, TUE, False)]
    # The mart is made whole each time, the days only for what is new.
    run(WED, versions=versions(after))
    assert list(stale(status(WED, after))) == [("days", MON, TUE, True)]
    add_build(
        "again",
        MON,
        {DAYS: "success"},
        at=at(THU),
        flow="rebuild",
        window=(MON, MON),
        versions=versions(after),
    )
    assert list(stale(status(WED, after))) == [("days", TUE, TUE, True)]


def test_only_a_full_refresh_makes_a_merged_table_again() -> None:
    run(MON)
    after = changed(LINES)
    add_build(
        "again",
        MON,
        {LINES: "success"},
        at=at(TUE),
        flow="rebuild",
        window=(MON, MON),
        versions=versions(after),
    )
    assert ("lines", MON, MON, True) in stale(status(MON, after))
    add_build(
        "full", MON, {LINES: "success"}, at=at(WED), flow="rebuild", is_full=True, versions=versions(after)
    )
    assert [name for name, *_ in stale(status(MON, after))] == ["days", "mart", "history"]


def test_a_history_is_only_made_again_when_it_is_rebuilt() -> None:
    run(MON)
    after = changed(HISTORY)
    add_build("full", MON, GOOD, at=at(MON) + timedelta(hours=1), versions=versions(after), is_full=True)
    run(TUE, GOOD, versions=versions(after))
    assert list(stale(status(TUE, after))) == [("history", MON, MON, True)]
    assert "larder snapshots rebuild history" in "\n".join(describe(status(TUE, after)))
    add_build("h", TUE, {HISTORY: "success"}, at=at(WED), flow="rebuild-snapshots", versions=versions(after))
    assert status(TUE, after).is_complete()


def test_runs_before_versions_were_recorded_are_not_stale() -> None:
    run(MON, versions={})
    assert status(MON).is_complete()


def test_models_and_tables_that_do_not_match() -> None:
    run(MON)
    new = small_project.manifest()
    new["nodes"]["model.larder.new"] = new["nodes"][MART] | {"unique_id": "model.larder.new", "name": "new"}
    new["nodes"]["model.larder.new"]["alias"] = "new"
    found = status(MON, new, TABLES | {"gold.renamed"})
    assert found.unbuilt == ["new"]
    assert found.unmade == ["gold.renamed"]
    assert "  gold.renamed" in list(describe(found))


def test_a_backfill_that_did_not_end() -> None:
    run(MON)
    request = '{"first": "2017-12-25", "last": "2017-12-25", "select": ["days+"], "each_date": false}'
    begun = backfills.begin(request, MON, "1")
    assert backfills.begin(request, MON, "2") == begun, "it goes on"
    assert (
        list(describe(status(MON)))[-1]
        == "  larder backfill --from 2017-12-25 --to 2017-12-25 --select days+"
    )
    backfills.finish(begun, MON, "2")
    assert status(MON).is_complete()
    assert backfills.find_open(request) is None


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_command_fails_if_there_is_something_to_do(
    options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("larder.runtime.project.current_manifest", small_project.manifest)
    monkeypatch.setattr("larder.lake.layers.names", lambda *_: TABLES)
    run(MON)
    monkeypatch.setattr("larder.ops.ledger.business_now", lambda: at(MON))
    assert CliRunner().invoke(app, ["status", *options]).exit_code == 0
    monkeypatch.setattr("larder.ops.ledger.business_now", lambda: at(TUE))
    done = CliRunner().invoke(app, ["status", *options])
    assert done.exit_code == 3
    assert "2017-12-26" in done.output
