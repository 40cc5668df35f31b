"""The registry of deployments: which flow runs when. Tests check it against the flows' signatures."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.backfill import backfill
from flows.daily import daily
from flows.report import report
from flows.service_levels import service_levels

POOL = "larder"
# Concurrent runs per queue: writers run one at a time.
QUEUES = {"writes": 1, "checks": 1}


@dataclass(frozen=True)
class Deployment:
    """A flow to run from the UI, by `prefect deployment run`, and on a schedule if it has one."""

    name: str
    flow: Flow[..., Any]
    description: str
    cron: str | None = None
    queue: str = "writes"

    def prepared(self) -> RunnerDeployment:
        """This deployment as Prefect registers it."""
        return self.flow.to_deployment(
            name=self.name,
            # By module: a worker may start in any folder.
            entrypoint_type=EntrypointType.MODULE_PATH,
            work_pool_name=POOL,
            work_queue_name=self.queue,
            schedule=Cron(self.cron, timezone="UTC") if self.cron else None,
            description=self.description,
            tags=[self.name],
        )  # type: ignore[return-value]


DEPLOYMENTS = (
    # The shops close at 22:00; their day is complete in the database by 03:00.
    Deployment(
        name="daily",
        flow=daily,
        description="A business date, from the sources to tested marts and the report.",
        cron="0 4 * * *",
    ),
    Deployment(
        name="backfill",
        flow=backfill,
        description="What dates need: parameters first and last, and maybe select and each_date.",
    ),
    Deployment(
        name="report",
        flow=report,
        description="The report alone, without a run.",
    ),
    Deployment(
        name="service-levels",
        flow=service_levels,
        description="Check that tables with a service level are ready, even if nothing ran.",
        cron="*/15 * * * *",
        queue="checks",
    ),
)


def register() -> None:
    """Create the work pool with its queues, and update the deployments on the server."""
    with get_client(sync_client=True) as client:
        # An earlier start may have created it.
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(
                WorkPoolCreate(
                    name=POOL,
                    type=ProcessWorker.type,
                    base_job_template=ProcessWorker.get_default_base_job_template(),
                )
            )
        existing = {queue.name: queue for queue in client.read_work_queues(work_pool_name=POOL)}
        for name, limit in QUEUES.items():
            queue = existing.get(name) or client.create_work_queue(name, work_pool_name=POOL)
            client.update_work_queue(queue.id, concurrency_limit=limit)
    for deployment in DEPLOYMENTS:
        deployment.prepared().apply()
