"""An incident: what is wrong, since which run, and what who is on call needs to act."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from larder.ops.lineage import Affected

Kind = Literal["run", "record", "service level", "report"]
# A row that breaks a test's claim, column names to values, personal data masked.
Sample = dict[str, str]


@dataclass(frozen=True)
class Run:
    """The flow run in which it happened. `links` are labels and URLs, such as Prefect's page of the run."""

    business_date: date
    name: str
    flow_run_id: str | None = None
    is_full_refresh: bool = False
    links: tuple[tuple[str, str], ...] = ()

    def retry(self) -> str:
        """The command that does it again."""
        return f"larder run --date {self.business_date}" + (" --full-refresh" if self.is_full_refresh else "")


@dataclass(frozen=True)
class Incident:
    """What is wrong. As long as it lasts, the same `kind` and `subject` again are the same incident.

    Attributes:
        subject: what it is about, such as the failed node's unique_id or `ingest marketing`.
        summary: one line.
        failed: the first thing that failed, in words.
        error: what it said, in one line without personal data.
        row_count: how many rows are affected; None where that makes no sense.
        lasting: the subjects of which this run does not show that they are over; None where it shows nothing.
        remarks: what could not be found out, or should be mended in the project; one line each.
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
    affected: tuple[Affected, ...] = ()
    lasting: tuple[str, ...] | None = None
    remarks: tuple[str, ...] = ()
