"""An incident: what is wrong, the run that found it, and what the person on call needs to act."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from larder.ops.lineage import AffectedNode

Kind = Literal["run", "record", "service level", "report", "quarantine"]
# A row that fails a test, column names to values, personal data masked.
Sample = dict[str, str]


@dataclass(frozen=True)
class Run:
    """The flow run of an incident. `links` are labels and URLs, such as the run's page in Prefect."""

    business_date: date
    name: str
    flow_run_id: str | None = None
    is_full_refresh: bool = False
    links: tuple[tuple[str, str], ...] = ()

    def retry(self) -> str:
        """The command that repeats the run."""
        return f"larder run --date {self.business_date}" + (" --full-refresh" if self.is_full_refresh else "")


@dataclass(frozen=True)
class Incident:
    """What is wrong. While an incident is open, the same `kind` and `subject` are the same incident.

    Attributes:
        subject: what failed, such as a node's unique_id or `ingest marketing`.
        summary: one line.
        failed: the root cause, as shown to people.
        error: its error message, in one line without personal data.
        row_count: how many rows fail a test; None if it is not a test.
        lasting: the subjects whose incidents stay open after this run; None if the run closes none.
        remarks: what could not be determined, or should be fixed in the project; one line each.
    """

    kind: Kind
    subject: str
    run: Run
    summary: str
    failed: str
    error: str
    retry: str
    owners: tuple[str, ...] = ()
    row_count: int | None = None
    samples: tuple[Sample, ...] = ()
    affected: tuple[AffectedNode, ...] = ()
    lasting: tuple[str, ...] | None = None
    remarks: tuple[str, ...] = ()
