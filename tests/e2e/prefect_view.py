"""Read the flow runs that Prefect's server shows, for the tests of the story."""

from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import ArtifactFilter, FlowRunFilter, LogFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

PAGE = 200  # the server's largest page


def describe_runs() -> list[dict[str, Any]]:
    """The server's flow runs, in the order they started: name, tags, state, tasks, artifacts.

    A task is its name, its state and the number of lines in its log.
    """
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(sort=FlowRunSort.START_TIME_ASC, limit=PAGE)
        return [_describe_run(client, run) for run in runs]


def _describe_run(client: SyncPrefectClient, run: FlowRun) -> dict[str, Any]:
    only = FlowRunFilter.model_validate({"id": {"any_": [run.id]}})
    tasks = _all(client.read_task_runs, flow_run_filter=only)
    logs = _all(client.read_logs, log_filter=LogFilter.model_validate({"flow_run_id": {"any_": [run.id]}}))
    artifacts = client.read_artifacts(artifact_filter=ArtifactFilter(), flow_run_filter=only)
    return {
        "name": run.name,
        "tags": run.tags,
        "state": run.state_name,
        "tasks": [
            [task.name, task.state_name, sum(log.task_run_id == task.id for log in logs)] for task in tasks
        ],
        "artifacts": sorted(artifact.key for artifact in artifacts if artifact.key),
    }


def _all(read: Any, **filters: Any) -> list[Any]:
    """The results of a method of the client, from all pages."""
    found: list[Any] = []
    while page := read(**filters, limit=PAGE, offset=len(found)):
        found += page
    return found
