"""Closing a run: every outcome is recorded, and errors while closing never change it."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows import closing
from flows.closing import close_after
from larder.alerts import run_end
from larder.errors import SourceUnavailable
from larder.ops.run_log import RunLog
from larder.ops.steps import BUILD, ingest_step
from larder.runtime.dbt_commands import BuildFailed

DAY = date(2017, 12, 29)


class Witness:
    """What closing a run did: the log that it recorded, and the incidents that it opened and closed."""

    def __init__(self) -> None:
        self.monitored: list[RunLog] = []
        self.recorded: list[RunLog] = []
        self.settled: list[RunLog] = []
        self.raised: list[tuple[str, str]] = []
        self.closed: list[tuple[str, set[str]]] = []


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return observe(monkeypatch)


def done() -> State[Any]:
    return Completed(data=None)


def observe(
    monkeypatch: pytest.MonkeyPatch,
    recorded: Callable[[], State[Any]] = done,
    monitored: Callable[[], State[Any]] = done,
) -> Witness:
    """Replace all closing steps, with recording and monitors ending in the given states."""
    witness = Witness()

    def monitor(log: RunLog, return_state: bool) -> State[Any]:
        witness.monitored.append(log)
        return monitored()

    def record(log: RunLog, broken: Any, return_state: bool) -> State[Any]:
        witness.recorded.append(log)
        return recorded()

    def alert(log: RunLog, broken: Any, return_state: bool) -> State[Any]:
        witness.settled.append(log)
        return Failed(data=RuntimeError("no receiver"))

    def sample(log: RunLog, return_state: bool) -> State[Any]:
        return Failed(data=RuntimeError("no samples"))

    oncall = SimpleNamespace(
        raise_incident=lambda one: witness.raised.append((one.kind, one.subject)),
        close_incidents=lambda kind, except_subjects: witness.closed.append((kind, except_subjects)),
    )
    monkeypatch.setattr(run_end, "oncall", oncall)
    monkeypatch.setattr(closing, "sample_failures", sample)
    monkeypatch.setattr(closing, "alert", alert)
    monkeypatch.setattr(closing, "run_monitors", monitor)
    monkeypatch.setattr(closing, "record_run", record)
    return witness


@pytest.mark.parametrize("error", [SourceUnavailable("no answer"), KeyboardInterrupt(), SystemExit(1)])
def test_whatever_ends_a_run_is_recorded_and_raised(witness: Witness, error: BaseException) -> None:
    with pytest.raises(type(error)), close_after(DAY, full_refresh=False) as log:
        log.begin(ingest_step("shop"))
        raise error
    assert [one.error for one in witness.recorded] == [error]
    row = log.to_flow_run()
    assert (row.outcome, row.failed_step) == ("failed", "ingest shop")
    assert row.error
    assert witness.monitored == [], "there is nothing new to look at"


def test_a_completed_run_is_recorded_as_completed(witness: Witness) -> None:
    with close_after(DAY, full_refresh=True) as log:
        log.begin(BUILD)
    assert log.to_flow_run().outcome == "completed"
    assert witness.monitored == witness.recorded == [log]
    assert log.artifacts() == ["run_results", "monitors"]
    assert witness.closed == [("record", set())]


def test_an_interrupted_build_is_not_monitored(witness: Witness) -> None:
    with pytest.raises(KeyboardInterrupt), close_after(DAY, full_refresh=False) as log:
        log.begin(BUILD)
        raise KeyboardInterrupt
    assert witness.monitored == []
    assert log.artifacts() == ["run_results"]


def test_failing_monitors_raise_an_alert_but_do_not_fail_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    witness = observe(monkeypatch, monitored=lambda: Failed(data=BuildFailed("dbt test: no such table")))
    with close_after(DAY, full_refresh=False) as log:
        log.begin(BUILD)
    assert witness.recorded == [log]
    assert witness.raised == [("record", "anomaly monitors")]
    assert witness.closed == [("record", {"anomaly monitors"})]


def test_a_failed_build_raises_only_its_own_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    witness = observe(monkeypatch, monitored=lambda: Failed(data=BuildFailed("dbt test: no such table")))
    with pytest.raises(BuildFailed), close_after(DAY, full_refresh=False) as log:
        log.begin(BUILD)
        raise BuildFailed("dbt build: model fct_baskets: no such table")
    assert witness.settled == [log]
    assert witness.raised == []
    assert witness.closed == [("record", {"anomaly monitors"})], "an earlier incident stays open"


def test_a_failed_recording_raises_an_alert_but_does_not_fail_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    witness = observe(monkeypatch, recorded=lambda: Failed(data=OSError("disk full")))
    with close_after(DAY, full_refresh=False):
        pass
    assert witness.raised == [("record", "record the run")]
    assert witness.settled, "the run's own alert is sent all the same"
    assert witness.closed == [("record", {"record the run"})]


def test_values_in_engine_errors_are_redacted(witness: Witness) -> None:
    with pytest.raises(ValueError), close_after(DAY, full_refresh=False) as log:
        raise ValueError("cannot cast 'Elm Street 7' to bigint")
    assert "Elm Street" not in (log.to_flow_run().error or "")
