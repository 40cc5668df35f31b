"""The store of incidents: append-only events in `ops.incident_events`, and the state derived from them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from larder.lake import tables
from larder.lake.tables import append
from larder.ops import schema
from larder.ops.schema import OPS

TABLE = "incident_events"
# The load id of these rows, which dlt does not load.
NO_LOAD = "alerts"

Event = dict[str, Any]


@dataclass
class RecordedIncident:
    """An incident as recorded, with the receivers that got its alert and its closing notice.

    `business_date` and `flow_run_id` are those of the latest date on which it was seen. `instead` is the
    problem that replaced it when it was closed, which becomes the summary of the event `closed`.
    """

    incident_id: str
    kind: str
    subject: str
    summary: str
    alert_text: str
    owner: str | None
    flow_run_id: str | None
    business_date: date
    opened_at: datetime
    closed_at: datetime | None = None
    instead: str = ""
    notified: set[str] = field(default_factory=set)
    notified_of_end: set[str] = field(default_factory=set)

    def event(self, event: str, receiver: str = "", happened_at: datetime | None = None) -> Event:
        """Build an event of this incident."""
        return {
            "incident_id": self.incident_id,
            "event": event,
            "receiver": receiver,
            "kind": self.kind,
            "subject": self.subject,
            "summary": self.instead if event == "closed" and self.instead else self.summary,
            "alert_text": self.alert_text,
            "owner": self.owner,
            "flow_run_id": self.flow_run_id,
            "business_date": self.business_date,
            "happened_at": happened_at or datetime.now(UTC),
        }

    def awaits(self, receiver: str) -> bool:
        """Whether a receiver has not yet got the alert of an open incident, or the notice that it is over."""
        if self.closed_at is None:
            return receiver not in self.notified
        return receiver in self.notified and receiver not in self.notified_of_end


def read() -> list[RecordedIncident]:
    """All incidents in the order in which they were opened. Creates the tables of `ops` if needed."""
    schema.ensure_tables()
    found = tables.table(TABLE, OPS)
    events: list[Event] = found.scan().to_arrow().to_pylist() if found else []
    incidents: dict[str, RecordedIncident] = {}
    # `opened` comes first, even if the machine's clock has stepped back since.
    for event in sorted(events, key=lambda event: (event["event"] != "opened", event["happened_at"])):
        _apply(incidents, event)
    return list(incidents.values())


def _apply(incidents: dict[str, RecordedIncident], event: Event) -> None:
    if event["event"] == "opened":
        own = {name: event[name] for name in RecordedIncident.__dataclass_fields__ if name in event}
        incidents[event["incident_id"]] = RecordedIncident(**own, opened_at=event["happened_at"])
        return
    incident = incidents[event["incident_id"]]
    match event["event"]:
        case "seen again":
            incident.business_date, incident.flow_run_id = event["business_date"], event["flow_run_id"]
        case "notified":
            incident.notified.add(event["receiver"])
        case "closed":
            incident.closed_at = event["happened_at"]
            incident.instead = event["summary"] if event["summary"] != incident.summary else ""
        case "closing notified":
            incident.notified_of_end.add(event["receiver"])


def write(events: Iterable[Event]) -> None:
    """Append events, in one commit."""
    rows = [
        {
            **event,
            "_loaded_at": event["happened_at"],
            "_business_date": event["business_date"],
            "_dlt_load_id": NO_LOAD,
        }
        for event in events
    ]
    if rows:
        columns = schema.feed(TABLE, []).schema()
        append(TABLE, pa.Table.from_pylist(rows, schema=columns), OPS)
