"""What a backfill plans from the ledger: what is missing, stale or asked for, and not what is done."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from larder.cli.backfill_text import describe
from larder.errors import LarderError
from larder.ops import backfills, schema
from larder.runtime import backfill, dbt_process, project
from larder.runtime.backfill import as_json, make_plan
from larder.runtime.backfill_plan import Rebuild, Request, Run
from tests.unit import small_project
from tests.unit.ops_rows import add_build, add_nodes
from tests.unit.small_project import DAYS, HISTORY, LINES, MART
from tests.unit.test_status import GOOD, MON, THU, TUE, WED, at, changed, run, versions

SELECTED = frozenset({LINES, DAYS, MART, HISTORY})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    schema.ensure_tables()
    add_nodes(*small_project.recorded_nodes(), day=MON)
    monkeypatch.setattr("larder.ops.ledger.business_now", lambda: at(THU))
    monkeypatch.setattr(backfill, "current_manifest", small_project.manifest)
    return tmp_path / "home"


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Change the code of some nodes; returns the manifest."""

    def apply(*names: str) -> dict[str, Any]:
        monkeypatch.setattr(backfill, "current_manifest", lambda: changed(*names))
        return changed(*names)

    return apply


def test_before_any_run_all_dates_are_missing() -> None:
    assert make_plan(Request(MON, WED)).steps == (Run((MON, TUE, WED)),)


def test_one_run_fills_a_gap_at_the_end() -> None:
    run(MON)
    assert make_plan(Request(MON, THU)).steps == (Run((TUE, WED, THU)),)
    assert make_plan(Request(MON, TUE)).steps == (Run((TUE,)),)
    assert make_plan(Request(MON, WED, each_date=True)).steps == (Run((TUE,)), Run((WED,)))


def test_dates_that_a_run_did_or_covered_need_nothing() -> None:
    run(MON)
    run(THU)
    plan = make_plan(Request(MON, THU))
    assert plan.steps == ()
    assert list(describe(plan)) == ["Nothing to do for 2017-12-25 to 2017-12-28."]


def test_what_older_code_made_is_made_again_upstream_first(change: Callable[..., dict[str, Any]]) -> None:
    run(MON)
    run(TUE)
    change(LINES)
    plan = make_plan(Request(MON, TUE))
    assert plan.steps == (Rebuild(("lines",), MON, TUE, is_full=True), Rebuild(("days", "mart"), MON, TUE))
    assert plan.left_out == {"history": "a history is not made by dates; `larder snapshots rebuild history`"}
    assert {model.reason for model in plan.models} == {"made by older code"}


def test_a_run_makes_whole_what_is_made_whole(change: Callable[..., dict[str, Any]]) -> None:
    run(MON)
    change(MART)
    assert make_plan(Request(MON, TUE)).steps == (Run((TUE,)),)
    assert make_plan(Request(MON, MON)).steps == (Rebuild(("mart",), MON, MON),)


def test_only_the_dates_that_are_stale_are_made_again(change: Callable[..., dict[str, Any]]) -> None:
    run(MON)
    run(TUE)
    after = change(DAYS)
    run(WED, versions=versions(after))
    add_build(
        "b", MON, {DAYS: "success"}, at=at(WED), flow="rebuild", window=(MON, MON), versions=versions(after)
    )
    assert make_plan(Request(MON, WED)).steps == (Rebuild(("days",), TUE, TUE),)


def test_models_that_are_asked_for_are_made_for_all_dates() -> None:
    run(WED)
    plan = make_plan(Request(MON, WED, ("lines+",)), SELECTED)
    assert plan.steps == (Rebuild(("lines",), MON, WED, is_full=True), Rebuild(("days", "mart"), MON, WED))
    each = make_plan(Request(MON, TUE, ("days",), each_date=True), frozenset({DAYS}))
    assert each.steps == (Rebuild(("days",), MON, MON), Rebuild(("days",), TUE, TUE))


def test_a_backfill_that_stopped_does_the_rest() -> None:
    run(WED)
    request = Request(MON, WED, ("days+",))
    begun = backfills.begin(as_json(request), WED, "1")
    later = begun.begun_at + timedelta(minutes=1)
    add_build("b", TUE, {DAYS: "success"}, at=later, flow="rebuild", window=(MON, TUE), versions=versions())
    assert make_plan(request, frozenset({DAYS, MART})).steps == (Rebuild(("days", "mart"), WED, WED),)
    # Another request is not the same, and neither is this one once it has finished.
    everything = (Rebuild(("days", "mart"), MON, TUE),)
    assert make_plan(Request(MON, TUE, ("days+",)), frozenset({DAYS, MART})).steps == everything
    backfills.finish(begun, WED, "1")
    assert make_plan(request, frozenset({DAYS, MART})).steps == (Rebuild(("days", "mart"), MON, WED),)


def test_a_build_that_failed_is_not_done() -> None:
    run(WED)
    request = Request(MON, WED, ("days",))
    begun = backfills.begin(as_json(request), WED, "1")
    later = begun.begun_at + timedelta(minutes=1)
    results = {DAYS: "success", "test.larder.days": "fail"}
    add_build("b", WED, results, at=later, flow="rebuild", window=(MON, WED), versions=versions())
    assert make_plan(request, frozenset({DAYS})).steps == (Rebuild(("days",), MON, WED),)


def test_sources_that_are_not_loaded_are_named() -> None:
    run(MON)
    plan = make_plan(Request(MON, WED, ("days",)), frozenset({DAYS}))
    assert plan.left_out == {
        "the sources": "not loaded for 2017-12-26 to 2017-12-27; a backfill without --select loads them first"
    }


def test_the_plan_is_shown_with_what_to_expect() -> None:
    run(MON, is_full=True)
    run(TUE, GOOD | {DAYS: "success"})
    lines = list(describe(make_plan(Request(MON, TUE, ("lines+",)), SELECTED)))
    assert lines == [
        "Backfill of 2017-12-25 to 2017-12-26:",
        "  lines  asked for; 2017-12-25 to 2017-12-26; whole, not by dates; rows unknown; about 6 s",
        "  days   asked for; 2017-12-25 to 2017-12-26; these dates; rows unknown; about 6 s",
        "  mart   asked for; 2017-12-25 to 2017-12-26; whole, as always; rows unknown; about 12 s",
        "  1. rebuild 1 model whole: about 6 s",
        "  2. rebuild 2 models for 2017-12-25 to 2017-12-26: about 18 s",
        "  in all about 24 s",
        "  left out: history: a history is not made by dates; `larder snapshots rebuild history`",
    ]


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [(TUE, MON, "is before"), (MON, THU + timedelta(days=1), "is not over")],
)
def test_dates_that_make_no_sense_are_refused(first: date, last: date, problem: str) -> None:
    with pytest.raises(LarderError, match=problem):
        make_plan(Request(first, last))


def test_dbt_selects_the_models() -> None:
    found = backfill.find_selected(Request(MON, TUE, ("fct_baskets+1", "store_summary")))
    assert {
        "model.larder.fct_baskets",
        "model.larder.store_sales_daily",
        "model.larder.store_summary",
    } <= found
    assert not any(name.startswith("test.") for name in found)
    with pytest.raises(LarderError, match="no model is nothing_of_this_name"):
        backfill.find_selected(Request(MON, TUE, ("nothing_of_this_name",)))
    with pytest.raises(LarderError, match="dbt ls: "):
        backfill.find_selected(Request(MON, TUE, ("state:modified",)))


def test_the_manifest_is_that_of_the_files_as_they_are_now(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    asked: list[str] = []

    def parse(command: str) -> None:
        asked.append(command)
        (dbt_process.own_folder() / "manifest.json").write_text('{"of": "now"}')

    monkeypatch.setattr(project, "ask", parse)
    dbt_process.own_folder().mkdir(parents=True)
    (tmp_path / "target").mkdir()
    stale, latest = (
        tmp_path / "target" / "manifest.json",
        max(p.stat().st_mtime for p in project._project_files()),
    )
    stale.write_text('{"of": "a run"}')
    os.utime(stale, (latest + 1, latest + 1))
    assert project.current_manifest() == {"of": "a run"}
    os.utime(stale, (latest - 1, latest - 1))
    assert project.current_manifest() == {"of": "now"}
    assert project.current_manifest() == {"of": "now"}
    assert asked == ["parse"], "once for the same files"
