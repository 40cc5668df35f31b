"""What the end of a run means for incidents, whatever its steps were."""

from datetime import date
from pathlib import Path

import pytest

from alerts import oncall, store
from alerts.incident import Incident, Run
from flows import dbt, incidents
from flows.account import Account
from ingest.errors import SourceUnavailable

DAY = date(2017, 12, 29)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(dbt, "target_path", lambda: tmp_path)
    return tmp_path


def _account(*steps: str, error: BaseException | None = None, day: date = DAY) -> Account:
    return Account(day, is_full_refresh=False, steps=list(steps), error=error)


def _open() -> list[str]:
    return [one.subject for one in store.read() if one.closed_at is None]


@pytest.mark.parametrize(
    ("steps", "subject"),
    [
        (["ingest shop"], "ingest shop"),
        (["ingest shop", "source freshness"], "source freshness"),
        (["ingest shop", "source freshness", "dbt build"], "dbt build"),
        ([], "start"),
    ],
)
def test_the_step_that_failed_is_an_incident_until_a_run_completes(steps: list[str], subject: str) -> None:
    error = SourceUnavailable("shop database: no answer")
    incidents.settle.fn(_account(*steps, error=error), [])
    assert _open() == [subject]
    incidents.settle.fn(_account("dbt build", day=date(2017, 12, 28)), [])
    assert _open() == [subject], "an earlier date is no sign that it is over"
    incidents.settle.fn(_account("dbt build"), [])
    assert _open() == []


def test_a_run_that_was_interrupted_neither_begins_an_incident_nor_ends_one() -> None:
    incidents.settle.fn(_account("ingest shop", error=SourceUnavailable("no answer")), [])
    incidents.settle.fn(_account("dbt build", error=KeyboardInterrupt()), [])
    assert _open() == ["ingest shop"]


def test_an_ingest_that_failed_says_nothing_of_the_build() -> None:
    run = Run(DAY, "daily")
    oncall.raise_incident(Incident("run", "test.a", run, "a test failed", "test a", "3 rows", run.retry()))
    incidents.settle.fn(_account("ingest shop", error=SourceUnavailable("no answer")), [])
    assert _open() == ["test.a", "ingest shop"]


@pytest.mark.parametrize(
    "account",
    [
        _account("dbt build"),
        _account("ingest shop", error=SourceUnavailable("no answer")),
        _account("dbt build", error=KeyboardInterrupt()),
    ],
    ids=["completed", "ended before the build", "interrupted"],
)
def test_only_a_build_that_failed_has_samples(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.samples.of_failures", lambda target, since: [{"row_number": 1}])
    assert incidents.sample.fn(account) == []
    failed = _account("dbt build", error=RuntimeError("failed"))
    assert incidents.sample.fn(failed) == [{"row_number": 1}]
