"""What runs when: the one registry of deployments, tested against the flows' signatures."""

from dataclasses import dataclass, field
from typing import Any

from prefect import Flow
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from flows.daily import daily


@dataclass(frozen=True)
class Deployment:
    """A flow on a schedule. Writers take turns: `concurrency` runs of it at once, the next one waits."""

    name: str
    flow: Flow[..., Any]
    cron: str
    timezone: str = "UTC"
    concurrency: int = 1
    parameters: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def prepared(self) -> RunnerDeployment:
        """This deployment as Prefect registers it."""
        return self.flow.to_deployment(
            name=self.name,
            schedule=Cron(self.cron, timezone=self.timezone),
            parameters=self.parameters,
            concurrency_limit=self.concurrency,
            tags=list(self.tags),
        )  # type: ignore[return-value]


DEPLOYMENTS = (
    # The shops close at 22:00; their day is complete in the database by 03:00.
    Deployment(name="daily", flow=daily, cron="0 4 * * *", tags=("daily",)),
)
