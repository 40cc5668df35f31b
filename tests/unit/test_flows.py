"""The flows' rules that hold without running them: the registry of deployments, retries."""

import inspect

import pytest
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.flows import load_flow_from_entrypoint
from prefect.states import Failed

from flows import daily as daily_module
from flows.deployments import DEPLOYMENTS, POOL, QUEUES, Deployment
from larder.errors import IngestError, SourceChanged, SourceUnavailable


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
