"""A run's account: whatever ends the run is told, and what goes wrong in telling never changes its end."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from alerts.incident import Run
from flows import account as account_module
from flows.account import Account, account_of
from flows.dbt import BuildFailed
from ingest.errors import SourceUnavailable

DAY = date(2017, 12, 29)


class Told:
    """What became known of a run: its account when it was recorded, and incidents opened and closed."""

    def __init__(self) -> None:
        self.monitored: list[Account] = []
        self.recorded: list[Account] = []
        self.settled: list[Account] = []
        self.raised: list[tuple[str, str]] = []
        self.closed: list[tuple[str, set[str]]] = []


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return tell(monkeypatch)


def done() -> State[Any]:
    return Completed(data=None)


def tell(
    monkeypatch: pytest.MonkeyPatch,
    recorded: Callable[[], State[Any]] = done,
    monitored: Callable[[], State[Any]] = done,
) -> Told:
    """Take the place of all that tells, with recording and monitors ending in the given states."""
    told = Told()

    def monitor(account: Account, return_state: bool) -> State[Any]:
        told.monitored.append(account)
        return monitored()

    def record(account: Account, broken: Any, return_state: bool) -> State[Any]:
        told.recorded.append(account)
        return recorded()

    def settle(account: Account, broken: Any, return_state: bool) -> State[Any]:
        told.settled.append(account)
        return Failed(data=RuntimeError("no receiver"))

    incidents = SimpleNamespace(
        sample=lambda account, return_state: Failed(data=RuntimeError("no samples")),
        settle=settle,
        run_of=lambda account: Run(account.business_date, "daily"),
    )
    oncall = SimpleNamespace(
        raise_incident=lambda one: told.raised.append((one.kind, one.subject)),
        close_incidents=lambda kind, except_subjects: told.closed.append((kind, except_subjects)),
    )
    monkeypatch.setattr(account_module, "incidents", incidents)
    monkeypatch.setattr(account_module, "oncall", oncall)
    monkeypatch.setattr(account_module, "monitor", monitor)
    monkeypatch.setattr(account_module, "record", record)
    return told


@pytest.mark.parametrize("error", [SourceUnavailable("no answer"), KeyboardInterrupt(), SystemExit(1)])
def test_whatever_ends_a_run_is_told_and_goes_on(told: Told, error: BaseException) -> None:
    with pytest.raises(type(error)), account_of(DAY, full_refresh=False) as account:
        account.steps.append("ingest shop")
        raise error
    assert [one.error for one in told.recorded] == [error]
    row = account.row()
    assert (row.outcome, row.failed_step) == ("failed", "ingest shop")
    assert row.error
    assert told.monitored == [], "there is nothing new to look at"


def test_a_run_that_completed_is_told_as_such(told: Told) -> None:
    with account_of(DAY, full_refresh=True) as account:
        account.steps.append("dbt build")
    assert account.row().outcome == "completed"
    assert told.monitored == told.recorded == [account]
    assert account.artifacts() == ["run_results", "monitors"]
    assert told.closed == [("record", set())]


def test_a_build_that_was_interrupted_is_not_looked_at(told: Told) -> None:
    with pytest.raises(KeyboardInterrupt), account_of(DAY, full_refresh=False) as account:
        account.steps.append("dbt build")
        raise KeyboardInterrupt
    assert told.monitored == []
    assert account.artifacts() == ["run_results"]


def test_monitors_that_fail_are_an_alert_and_not_the_runs_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told = tell(monkeypatch, monitored=lambda: Failed(data=BuildFailed("dbt test: no such table")))
    with account_of(DAY, full_refresh=False) as account:
        account.steps.append("dbt build")
    assert told.recorded == [account]
    assert told.raised == [("record", "anomaly monitors")]
    assert told.closed == [("record", {"anomaly monitors"})]


def test_after_a_build_that_failed_its_own_alert_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    told = tell(monkeypatch, monitored=lambda: Failed(data=BuildFailed("dbt test: no such table")))
    with pytest.raises(BuildFailed), account_of(DAY, full_refresh=False) as account:
        account.steps.append("dbt build")
        raise BuildFailed("dbt build: model fct_baskets: no such table")
    assert told.settled == [account]
    assert told.raised == []
    assert told.closed == [("record", {"anomaly monitors"})], "an incident of before lasts"


def test_what_cannot_be_recorded_is_an_alert_and_not_the_runs_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told = tell(monkeypatch, recorded=lambda: Failed(data=OSError("disk full")))
    with account_of(DAY, full_refresh=False):
        pass
    assert told.raised == [("record", "record the run")]
    assert told.settled, "who is on call hears of the run itself all the same"
    assert told.closed == [("record", {"record the run"})]


def test_an_engines_words_are_told_without_values(told: Told) -> None:
    with pytest.raises(ValueError), account_of(DAY, full_refresh=False) as account:
        raise ValueError("cannot cast 'Elm Street 7' to bigint")
    assert "Elm Street" not in (account.row().error or "")
