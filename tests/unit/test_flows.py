"""The flows' rules that hold without running them: registry, retries, time windows, meter."""

import inspect
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from dbt.artifacts.resources.types import TimePeriod
from dbt.artifacts.resources.v1.components import FreshnessThreshold, Time
from dbt.artifacts.schemas.freshness import SourceFreshnessResult
from dbt.artifacts.schemas.results import FreshnessStatus
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.flows import load_flow_from_entrypoint
from prefect.states import Failed

from flows import daily as daily_module
from flows.deployments import DEPLOYMENTS, POOL, QUEUES, Deployment
from larder.errors import IngestError, SourceChanged, SourceUnavailable
from larder.lake import layers
from larder.runtime import dbt_commands
from larder.runtime.build_plan import plan_build
from larder.runtime.dbt_runner import Runner
from larder.runtime.meter import Meter, memory, tree


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment.name)
def test_a_scheduled_flow_needs_no_parameter(deployment: Deployment) -> None:
    parameters = inspect.signature(deployment.flow.fn).parameters.values()
    required = [parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty]
    assert not (deployment.cron and required), "a scheduled run would lack a parameter"


def test_deployment_names_are_unique() -> None:
    names = [(deployment.flow.name, deployment.name) for deployment in DEPLOYMENTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment.name)
def test_worker_finds_the_flow_of_a_deployment(deployment: Deployment) -> None:
    prepared = deployment.prepared()
    assert prepared.work_pool_name == POOL
    found: Flow[..., object] = load_flow_from_entrypoint(prepared.entrypoint or "")
    assert found.name == deployment.flow.name


def test_writers_take_turns() -> None:
    assert QUEUES["writes"] == 1
    writers = {deployment.name for deployment in DEPLOYMENTS if deployment.queue == "writes"}
    assert {"daily", "backfill", "report"} <= writers


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (SourceUnavailable("down"), True),
        (IngestError("refused"), False),
        (SourceChanged("gone"), False),
        (ValueError("bug"), False),
    ],
)
def test_only_a_source_that_did_not_answer_is_tried_again(error: Exception, again: bool) -> None:
    state: State[object] = Failed(data=error)
    assert daily_module.is_transient(None, None, state) is again  # type: ignore[arg-type]


def test_data_tests_are_never_retried() -> None:
    assert daily_module.build.retries == 0
    assert daily_module.check_freshness.retries == 0


def stale(name: str, hours: int, allowed: FreshnessThreshold | None) -> Any:
    """What dbt finds of a source that was not loaded for hours."""
    now = datetime(2018, 1, 1, tzinfo=UTC)
    return SourceFreshnessResult(
        status=FreshnessStatus.Error,
        timing=[],
        thread_id="",
        execution_time=0,
        adapter_response={},
        message=None,
        failures=None,
        node=SimpleNamespace(resource_type="source", name=name, freshness=allowed),  # type: ignore[arg-type]
        max_loaded_at=now - timedelta(hours=hours),
        snapshotted_at=now,
        age=hours * 3600,
    )


def test_a_stale_source_is_told_with_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = FreshnessThreshold(error_after=Time(count=72, period=TimePeriod.hour))
    results = [stale("baskets", 80, allowed), stale("stores", 81, allowed)]
    found = SimpleNamespace(success=False, result=SimpleNamespace(results=results))
    monkeypatch.setattr(Runner, "invoke", lambda *arguments: found)
    monkeypatch.setenv("DBT_TARGET_PATH", "/elsewhere")
    with pytest.raises(dbt_commands.BuildFailed) as caught:
        dbt_commands.invoke("source", "freshness")
    assert str(caught.value) == (
        "dbt source: source baskets: last loaded 80 hours ago, more than the 72 hours allowed, and 1 more; "
        "all results are in /elsewhere/sources.json; mend it, then run the date again"
    )


def test_a_day_builds_the_days_that_late_rows_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "last_date", lambda table, column: date(2017, 3, 1))
    build = plan_build(date(2017, 3, 1))
    assert build.arguments[-4:] == ["--event-time-start", "2017-02-26", "--event-time-end", "2017-03-02"]
    assert build.environment["LARDER_BATCH_SIZE"] == "day"


def test_days_on_which_nothing_ran_are_built_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "last_date", lambda table, column: date(2017, 2, 10))
    build = plan_build(date(2017, 3, 1))
    assert build.arguments[-4:] == ["--event-time-start", "2017-02-07", "--event-time-end", "2017-03-02"]


def test_a_first_run_builds_all_of_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "last_date", lambda table, column: None)
    build = plan_build(date(2017, 3, 1))
    assert build.arguments[-4:] == ["--event-time-start", "2017-01-01", "--event-time-end", "2017-03-02"]
    assert build.environment["LARDER_BATCH_SIZE"] == "year"


def test_a_full_refresh_builds_all_of_history(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "last_date", lambda table, column: date(2017, 2, 10))
    build = plan_build(date(2017, 3, 1), full_refresh=True)
    assert build.arguments[-1] == "--full-refresh"
    assert build.arguments[build.arguments.index("--event-time-start") + 1] == "2017-01-01"
    assert build.environment["LARDER_BATCH_SIZE"] == "year"


def test_meter_counts_descendants() -> None:
    ballast = 64 * 2**20
    code = f"import sys; kept = bytearray(b'x' * {ballast}); print(1, flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in [process.pid for process in tree([os.getpid()])]
        assert memory(tree([child.pid])) > ballast
        meter = Meter(lambda: [child.pid])
        with meter.step("measured"):
            pass
        assert meter.steps[0].name == "measured"
        assert meter.steps[0].peak_bytes > ballast
    finally:
        child.communicate()


def test_meter_leaves_out_a_step_that_failed() -> None:
    meter = Meter(lambda: [])
    with pytest.raises(RuntimeError), meter.step("fails"):
        raise RuntimeError
    assert meter.steps == []
