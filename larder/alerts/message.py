"""The text of an alert and of the notice that an incident is over: a subject line and a plain body."""

from dataclasses import dataclass
from datetime import datetime

from larder.alerts.incident import Incident, Sample
from larder.ops.lineage import AffectedNode

LABEL = 10  # characters: the width of the first column
NO_OWNER = "no owner declared"


@dataclass(frozen=True)
class Message:
    """What a receiver gets. `thread` is the same for an incident's alert and its closing notice."""

    thread: str
    subject: str
    body: str
    is_over: bool = False


def subject(incident: Incident) -> str:
    """One line: what is wrong, and how many downstream nodes are affected."""
    # The summary of a missed service level already has the count.
    count = len(incident.affected) if incident.kind == "run" else 0
    words = f"{incident.summary}; {count} downstream affected" if count else incident.summary
    return " ".join(words.split())


def body(incident: Incident) -> str:
    """All that is known, one labelled line per fact."""
    lines = [
        *_line("Failed", incident.failed),
        *_line("Error", incident.error),
        *_line("Rows", f"{incident.row_count:,}" if incident.row_count is not None else ""),
        *_samples(incident.samples),
        *_line("Owner", ", ".join(incident.owners) or NO_OWNER),
        *_affected(incident.affected),
        *_line("Run", _run(incident)),
        *_line("Retry", incident.retry),
        *(line for label, url in incident.run.links for line in _line(label, url)),
        *(line for remark in incident.remarks for line in _line("Note", remark)),
    ]
    return "\n".join(lines)


def compose_closing(
    summary: str, opened_at: datetime, closed_at: datetime, instead: str = ""
) -> tuple[str, str]:
    """Subject and body of the notice that an incident is over, or that another one has replaced it."""
    minutes = round((closed_at - opened_at).total_seconds() / 60)
    lasted = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 minutes per hour
    times = f"{opened_at:%Y-%m-%d %H:%M} to {closed_at:%Y-%m-%d %H:%M} UTC, {lasted}"
    subject = f"Changed: {summary}; now: {instead}" if instead else f"Over: {summary}"
    return subject, "\n".join([*_line("Was", summary), *_line("Lasted", times), *_line("Now", instead)])


def _line(label: str, words: str) -> list[str]:
    return [f"{label:<{LABEL - 1}} {words}"] if words else []


def _run(incident: Incident) -> str:
    flow_run = f" ({incident.run.flow_run_id})" if incident.run.flow_run_id else ""
    return f"{incident.run.name}{flow_run}, business date {incident.run.business_date}"


def _samples(samples: tuple[Sample, ...]) -> list[str]:
    """The rows as `column=value`, one line per row."""
    rows = [" ".join(f"{name}={value}" for name, value in row.items()) for row in samples]
    return [f"{'Such as' if number == 0 else '':<{LABEL}}{row}" for number, row in enumerate(rows)]


def _affected(affected: tuple[AffectedNode, ...]) -> list[str]:
    """What is affected, grouped by owner, so that people see at once whether it concerns them."""
    owners: dict[str, list[str]] = {}
    for one in affected:
        owners.setdefault(one.owner or NO_OWNER, []).append(one.name)
    return [
        f"{'Affected' if number == 0 else '':<{LABEL}}{owner}: {', '.join(names)}"
        for number, (owner, names) in enumerate(owners.items())
    ]
