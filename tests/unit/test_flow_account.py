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
from ingest.errors import SourceUnavailable

DAY = date(2017, 12, 29)


class Told:
    """What became known of a run: its account when it was recorded, and incidents opened and closed."""

    def __init__(self) -> None:
        self.recorded: list[Account] = []
        self.settled: list[Account] = []
        self.raised: list[tuple[str, str]] = []
        self.closed: list[str] = []


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return tell(monkeypatch, lambda: Completed(data=None))


def tell(monkeypatch: pytest.MonkeyPatch, recorded: Callable[[], State[Any]]) -> Told:
    """Take the place of all that tells, with recording ending in the given state."""
    told = Told()

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
        close_incidents=told.closed.append,
    )
    monkeypatch.setattr(account_module, "incidents", incidents)
    monkeypatch.setattr(account_module, "oncall", oncall)
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


def test_a_run_that_completed_is_told_as_such(told: Told) -> None:
    with account_of(DAY, full_refresh=True) as account:
        account.steps.append("dbt build")
    assert account.row().outcome == "completed"
    assert account.artifacts() == ["run_results"]
    assert told.closed == ["record"]


def test_what_cannot_be_recorded_is_an_alert_and_not_the_runs_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told = tell(monkeypatch, lambda: Failed(data=OSError("disk full")))
    with account_of(DAY, full_refresh=False):
        pass
    assert told.raised == [("record", "record the run")]
    assert told.settled, "who is on call hears of the run itself all the same"
    assert told.closed == []


def test_an_engines_words_are_told_without_values(told: Told) -> None:
    with pytest.raises(ValueError), account_of(DAY, full_refresh=False) as account:
        raise ValueError("cannot cast 'Elm Street 7' to bigint")
    assert "Elm Street" not in (account.row().error or "")
