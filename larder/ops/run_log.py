"""The log of a run in progress: its steps, its loads, and the error that ended it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from larder import clock
from larder.landing.load import LoadResult
from larder.ops.recording import FlowRun
from larder.ops.service_levels import last_clock_offset
from larder.ops.steps import BUILD, MONITORS, REBUILD, START, Step
from larder.redaction import describe_error


@dataclass
class RunLog:
    """A run's loads, the branch that it builds on, if any, and the steps that it has begun, in order."""

    business_date: date
    is_full_refresh: bool
    flow_run_id: str
    flow_name: str
    run_name: str
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    loads: list[LoadResult] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    branch: str = ""
    error: BaseException | None = None

    def begin(self, step: Step) -> None:
        """Record that a step begins."""
        self.steps.append(step)

    def last_step(self) -> Step:
        """The last step that began."""
        return self.steps[-1] if self.steps else START

    def to_flow_run(self) -> FlowRun:
        """The run as a row of `ops.flow_runs`."""
        return FlowRun(
            flow_run_id=self.flow_run_id,
            flow_name=self.flow_name,
            run_name=self.run_name,
            business_date=self.business_date,
            outcome="failed" if self.error else "completed",
            failed_step=self.last_step().name if self.error and self.steps else None,
            error=describe_error(self.error) if self.error else None,
            is_full_refresh=self.is_full_refresh,
            clock_offset_seconds=round(self._clock_offset().total_seconds()),
            started_at=self.started_at,
            finished_at=datetime.now(UTC),
        )

    def _clock_offset(self) -> timedelta:
        """The business clock minus the machine's; if a run loads nothing, also that of a stopped clock."""
        offset = clock.clock_offset()
        return last_clock_offset() if not offset and REBUILD in self.steps else offset

    def artifacts(self) -> list[str]:
        """The dbt artifacts that this run's steps write."""
        steps = [*self.steps, MONITORS] if self.is_monitored() else self.steps
        return [step.artifact for step in steps if step.artifact]

    def is_monitored(self) -> bool:
        """Whether the anomaly monitors run: the build has begun, and nobody interrupted the run."""
        return BUILD in self.steps and isinstance(self.error, Exception | None)

    def failed_in_build(self) -> bool:
        """Whether `dbt build` failed."""
        return isinstance(self.error, Exception) and self.last_step() == BUILD
