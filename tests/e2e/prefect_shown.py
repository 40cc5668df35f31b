"""What Prefect's server shows of flow runs, for the story's tests to look at."""

from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import ArtifactFilter, FlowRunFilter, LogFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

PAGE = 200  # the most that the server gives at once


def shown() -> list[dict[str, Any]]:
    """The server's flow runs in the order of their start: name, tags, state, tasks, artifacts.

    Of a task: its name, its state, and how many lines its log has.
    """
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(sort=FlowRunSort.START_TIME_ASC, limit=PAGE)
        return [_shown(client, run) for run in runs]


def _shown(client: SyncPrefectClient, run: FlowRun) -> dict[str, Any]:
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
    """All pages of what a method of the client reads."""
    found: list[Any] = []
    while page := read(**filters, limit=PAGE, offset=len(found)):
        found += page
    return found
