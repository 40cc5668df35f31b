"""The backfill flow takes one step after another, and plans again before each."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows import backfill as module
from larder.alerts import run_end
from larder.errors import LarderError
from larder.ops import backfills, schema
from larder.ops.run_log import RunLog
from larder.ops.steps import BUILD, REBUILD
from larder.runtime.backfill import as_json
from larder.runtime.backfill_plan import Rebuild, Request, Run, Step
from tests.unit.ops_rows import STAMP, add
from tests.unit.test_status import MON, TUE

RUN, BUILD_DAYS = Run((MON, TUE)), Rebuild(("days",), MON, TUE)


class Witness:
    """What was done, in order; `todo` is what the plans still say."""

    def __init__(self, *todo: Step) -> None:
        self.todo = list(todo)
        self.done: list[Any] = []
        self.is_recorded = True

    def plan(self, request: Request, selected: frozenset[str] | None) -> tuple[Step, ...]:
        return tuple(self.todo)

    def run(self, day: date, with_report: bool) -> None:
        assert not with_report
        self._finish(day)

    def rebuild(self, step: Rebuild) -> None:
        self._finish(step)

    def report(self, day: date) -> nullcontext[None]:
        self.done.append(f"report {day}")
        return nullcontext()

    def _finish(self, what: Any) -> None:
        self.done.append(what)
        if self.is_recorded:
            self.todo.pop(0)


@pytest.fixture
def witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Witness:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    schema.ensure_tables()
    found = Witness(RUN, BUILD_DAYS)
    monkeypatch.setattr(module, "plan_rest", found.plan)
    monkeypatch.setattr(module, "daily", found.run)
    monkeypatch.setattr(module, "rebuild", found.rebuild)
    monkeypatch.setattr(module, "report_after", found.report)
    monkeypatch.setattr(
        "larder.runtime.backfill.find_selected", lambda request: frozenset({"model.larder.days"})
    )
    monkeypatch.setattr(module, "runtime", SimpleNamespace(flow_run=SimpleNamespace(id="1")))
    return found


def test_steps_are_taken_in_order_with_one_report(witness: Witness) -> None:
    assert module.backfill.fn(MON, TUE) == [RUN.describe(), BUILD_DAYS.describe()]
    assert witness.done == [f"report {TUE}", TUE, BUILD_DAYS]


def test_nothing_to_do_makes_no_report(witness: Witness) -> None:
    witness.todo.clear()
    assert module.backfill.fn(MON, TUE) == []
    assert witness.done == []


def test_a_step_that_is_not_recorded_is_not_taken_again_and_again(witness: Witness) -> None:
    witness.is_recorded = False
    with pytest.raises(LarderError, match="run 2017-12-26, which covers 2017-12-25 to it is done, but ops"):
        module.backfill.fn(MON, TUE)
    assert witness.done == [f"report {TUE}", TUE]


def test_a_backfill_of_selected_models_is_open_until_it_is_done(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = as_json(Request(MON, TUE, ("days",)))

    def stop(step: Rebuild) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "rebuild", stop)
        with pytest.raises(KeyboardInterrupt):
            module.backfill.fn(MON, TUE, ["days"])
    begun = backfills.find_open(request)
    assert begun is not None
    assert module.backfill.fn(MON, TUE, ["days"]) == [BUILD_DAYS.describe()]
    assert backfills.find_open(request) is None


@pytest.mark.parametrize(("step", "closed"), [(BUILD, ["run"]), (REBUILD, [])])
def test_only_a_build_of_everything_closes_incidents_of_runs(
    step: Any, closed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    monkeypatch.setattr("larder.alerts.oncall.close_incidents", lambda kind, up_to: found.append(kind))
    log = RunLog(MON, False, "1", "rebuild", "rebuild")
    log.begin(step)
    run_end.settle(log, tmp_path, [])
    assert found == closed


@pytest.mark.parametrize(("step", "seconds"), [(BUILD, 0), (REBUILD, -3600)])
def test_a_rebuild_goes_on_with_a_clock_that_has_stopped(
    step: Any, seconds: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    schema.ensure_tables()
    stopped = {"flow_run_id": "1", "clock_offset_seconds": -3600, "finished_at": STAMP}
    add("flow_runs", stopped, day=MON)
    log = RunLog(MON, False, "2", "rebuild", "rebuild")
    log.begin(step)
    assert log.to_flow_run().clock_offset_seconds == seconds
