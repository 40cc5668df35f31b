"""The worker that runs what Prefect schedules, each run in a process of its own."""

import subprocess
import sys

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed

from flows.deployments import POOL, QUEUES
from larder import settings


def spawn() -> subprocess.Popen[bytes]:
    """Start a worker for all queues of the pool; it logs to the state folder."""
    queues = [argument for name in QUEUES for argument in ("--work-queue", name)]
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]
    with (settings.home() / "prefect" / "worker.log").open("ab") as out:
        return subprocess.Popen([*command, *queues], stdout=out, stderr=out)


def give_up_lost_runs() -> None:
    """Mark runs that a killed worker left as crashed: they would hold their queue's place for ever."""
    with get_client(sync_client=True) as client:
        lost = client.read_flow_runs(
            flow_run_filter=FlowRunFilter.model_validate(
                {"state": {"type": {"any_": [StateType.RUNNING, StateType.PENDING]}}}
            ),
            work_pool_filter=WorkPoolFilter.model_validate({"name": {"any_": [POOL]}}),
        )
        for run in lost:
            client.set_flow_run_state(run.id, Crashed(message="Its worker has ended."), force=True)
