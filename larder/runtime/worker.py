"""The worker for Prefect's scheduled runs, each in a process of its own."""

import subprocess
import sys
from collections.abc import Iterable

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

from larder import settings


def spawn(pool: str, queues: Iterable[str]) -> subprocess.Popen[bytes]:
    """Start a worker for these queues of a pool; it logs to the state folder."""
    options = [argument for name in queues for argument in ("--work-queue", name)]
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", pool, "--type", "process"]
    with (settings.home() / "prefect" / "worker.log").open("ab") as out:
        return subprocess.Popen([*command, *options], stdout=out, stderr=out)


def give_up_lost_runs(pool: str) -> None:
    """Mark the runs of a killed worker as crashed, since they would block their queue forever."""
    with get_client(sync_client=True) as client:
        lost = client.read_flow_runs(
            flow_run_filter=FlowRunFilter.model_validate(
                {"state": {"type": {"any_": [StateType.RUNNING, StateType.PENDING]}}}
            ),
            work_pool_filter=WorkPoolFilter.model_validate({"name": {"any_": [pool]}}),
        )
        for run in lost:
            client.set_flow_run_state(run.id, Crashed(message="Its worker has ended."), force=True)
