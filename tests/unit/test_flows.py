"""What can be checked without running the flows: registry, retries, time windows, meter."""

import inspect
import os
import subprocess
import sys
from datetime import date

import pytest
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.flows import load_flow_from_entrypoint
from prefect.states import Failed

from flows import daily as daily_module
from flows.deployments import DEPLOYMENTS, POOL, QUEUES, Deployment
from larder.errors import IngestError, LarderError, SourceChanged, SourceUnavailable
from larder.lake import layers
from larder.runtime import environment
from larder.runtime.build_plan import plan_build
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
    ("error", "is_retried"),
    [
        (SourceUnavailable("down"), True),
        (IngestError("refused"), False),
        (SourceChanged("gone"), False),
        (ValueError("bug"), False),
    ],
)
def test_only_an_unreachable_source_is_retried(error: Exception, is_retried: bool) -> None:
    state: State[object] = Failed(data=error)
    assert daily_module.is_transient(None, None, state) is is_retried  # type: ignore[arg-type]


def test_data_tests_are_never_retried() -> None:
    assert daily_module.build.retries == 0
    assert daily_module.check_freshness.retries == 0


def test_a_run_builds_the_days_that_late_rows_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "last_date", lambda table, column: date(2017, 3, 1))
    build = plan_build(date(2017, 3, 1))
    assert build.arguments[-4:] == ["--event-time-start", "2017-02-26", "--event-time-end", "2017-03-02"]
    assert build.environment["LARDER_BATCH_SIZE"] == "day"


def test_days_without_a_run_are_built_too(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_run_refuses_a_developers_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_TARGET", "dev")
    with pytest.raises(LarderError, match="DBT_TARGET is dev"):
        environment.prepare()


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
