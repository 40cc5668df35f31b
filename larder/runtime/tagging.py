"""Tag flow runs, so that Prefect's UI can filter all runs of a flow, however they were started."""

from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun


def tag(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Tag a starting run with its flow's name, as a deployment does for the runs that it starts.

    This is a hook for flows. The context manager `prefect.tags` would also tag the tasks: before each tagged
    task Prefect asks its server for concurrency limits of the tag, and if the server's SQLite is busy with
    the last task's events, it retries only after 2 s.
    """
    name = flow.name.replace(" ", "-")
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags=sorted({*flow_run.tags, name})).raise_for_status()
