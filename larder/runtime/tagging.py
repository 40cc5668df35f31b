"""Tags on flow runs: by them Prefect's UI finds all runs of a kind, whoever started them."""

from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun


def tag(flow: Any, flow_run: FlowRun, state: Any) -> None:
    """Give a run that begins its flow's name as a tag, as a deployment gives it to the runs that it starts.

    A hook of flows. Tags of the block that a run is started in would be its tasks' tags, too: before each
    tagged task Prefect asks its server whether a limit holds for the tag, and where that server's SQLite is
    busy with the last task's events, it asks again only 2 s later.
    """
    name = flow.name.replace(" ", "-")
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags=sorted({*flow_run.tags, name})).raise_for_status()
