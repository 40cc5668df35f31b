"""The lock of runs: whom it names, and what becomes of a run that does not wait for it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect import flow, runtime

from flows import report
from larder.errors import LockHeld
from larder.lake.lease import WRITER, acquire
from larder.lake.lock_table import LockTable
from larder.runtime.writer_lock import one_writer

DAY = date(2017, 3, 1)


@pytest.fixture(autouse=True)
def folder(home: Path, prefect_api: str) -> None:
    """A state folder, and a Prefect server for the flows."""


def test_the_lock_names_the_run() -> None:
    @flow(name="daily", flow_run_name="daily 2017-03-01")
    def run() -> tuple[Any, str]:
        with one_writer() as held:
            held.check()
            return LockTable(WRITER).read().owner, str(runtime.flow_run.id)

    owner, run_id = run()
    assert (owner.activity, owner.run_id) == ("daily 2017-03-01", run_id)
    assert LockTable(WRITER).read().owner is None


def test_a_run_that_does_not_wait_fails_without_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[date] = []
    monkeypatch.setattr(report, "_make_report", reported.append)
    monkeypatch.setenv("LARDER_NO_WAIT", "1")

    @flow(name="daily")
    def run() -> None:
        with report.report_after(DAY), one_writer():
            pytest.fail("it began")

    with acquire(WRITER, "daily 2017-02-28"), pytest.raises(LockHeld, match="held by daily 2017-02-28 on"):
        run()
    assert reported == []
