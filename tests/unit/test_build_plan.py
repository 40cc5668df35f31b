"""Which days a build covers."""

from datetime import date

import pytest

from larder.lake import layers
from larder.runtime.build_plan import plan_build


def test_a_day_builds_the_days_that_late_rows_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "read_last_date", lambda table, column: date(2017, 3, 1))
    build = plan_build(date(2017, 3, 1))
    assert build.arguments[-4:] == ["--event-time-start", "2017-02-26", "--event-time-end", "2017-03-02"]
    assert build.environment["LARDER_BATCH_SIZE"] == "day"


def test_days_on_which_nothing_ran_are_built_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "read_last_date", lambda table, column: date(2017, 2, 10))
    build = plan_build(date(2017, 3, 1))
    assert build.arguments[-4:] == ["--event-time-start", "2017-02-07", "--event-time-end", "2017-03-02"]


def test_a_first_run_builds_all_of_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "read_last_date", lambda table, column: None)
    build = plan_build(date(2017, 3, 1))
    assert build.arguments[-4:] == ["--event-time-start", "2017-01-01", "--event-time-end", "2017-03-02"]
    assert build.environment["LARDER_BATCH_SIZE"] == "year"


def test_a_full_refresh_builds_all_of_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "read_last_date", lambda table, column: date(2017, 2, 10))
    build = plan_build(date(2017, 3, 1), full_refresh=True)
    assert build.arguments[-1] == "--full-refresh"
    assert build.arguments[build.arguments.index("--event-time-start") + 1] == "2017-01-01"
    assert build.environment["LARDER_BATCH_SIZE"] == "year"
