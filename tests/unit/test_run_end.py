"""Which incidents the end of a run opens and closes, whatever its steps were."""

from datetime import date
from pathlib import Path

import pytest

from flows import closing
from larder.alerts import oncall, store
from larder.alerts.incident import Incident, Run
from larder.errors import SourceUnavailable
from larder.ops.run_log import RunLog
from larder.ops.steps import BUILD, FRESHNESS, Step, ingest_step
from larder.runtime import dbt_commands

DAY = date(2017, 12, 29)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LARDER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(dbt_commands, "target_path", lambda: tmp_path)
    return tmp_path


INGEST = ingest_step("shop")


def _log(*steps: Step, error: BaseException | None = None, day: date = DAY) -> RunLog:
    return RunLog(day, False, "0a1b", "daily", f"daily {day}", steps=list(steps), error=error)


def _open_subjects() -> list[str]:
    return [one.subject for one in store.read() if one.closed_at is None]


@pytest.mark.parametrize(
    ("steps", "subject"),
    [
        ([INGEST], "ingest shop"),
        ([INGEST, FRESHNESS], "source freshness"),
        ([INGEST, FRESHNESS, BUILD], "dbt build"),
        ([], "start"),
    ],
)
def test_the_step_that_failed_is_an_incident_until_a_run_completes(steps: list[Step], subject: str) -> None:
    error = SourceUnavailable("shop database: no answer")
    closing.alert.fn(_log(*steps, error=error), [])
    assert _open_subjects() == [subject]
    closing.alert.fn(_log(BUILD, day=date(2017, 12, 28)), [])
    assert _open_subjects() == [subject], "an earlier date does not show that it is over"
    closing.alert.fn(_log(BUILD), [])
    assert _open_subjects() == []


def test_an_interrupted_run_neither_opens_nor_closes_incidents() -> None:
    closing.alert.fn(_log(INGEST, error=SourceUnavailable("no answer")), [])
    closing.alert.fn(_log(BUILD, error=KeyboardInterrupt()), [])
    assert _open_subjects() == ["ingest shop"]


def test_a_failed_ingest_does_not_close_incidents_of_the_build() -> None:
    run = Run(DAY, "daily")
    oncall.raise_incident(Incident("run", "test.a", run, "a test failed", "test a", "3 rows", run.retry()))
    closing.alert.fn(_log(INGEST, error=SourceUnavailable("no answer")), [])
    assert _open_subjects() == ["test.a", "ingest shop"]


@pytest.mark.parametrize(
    "log",
    [
        _log(BUILD),
        _log(INGEST, error=SourceUnavailable("no answer")),
        _log(BUILD, error=KeyboardInterrupt()),
    ],
    ids=["completed", "ended before the build", "interrupted"],
)
def test_only_a_build_that_failed_has_samples(log: RunLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("larder.runtime.samples.sample_failures", lambda *_: [{"row_number": 1}])
    assert closing.sample_failures.fn(log) == []
    failed = _log(BUILD, error=RuntimeError("failed"))
    assert closing.sample_failures.fn(failed) == [{"row_number": 1}]
