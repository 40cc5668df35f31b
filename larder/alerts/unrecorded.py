"""Incidents that were delivered while the store was unavailable, kept in the state folder until then."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from larder import settings
from larder.alerts.store import RecordedIncident
from larder.files import write_private


def _path() -> Path:
    return settings.home() / "alerts-unrecorded.json"


def read() -> list[RecordedIncident]:
    """The incidents kept; none if the file is invalid, since a repeated alert is the lesser evil."""
    try:
        return [_parse_incident(row) for row in json.loads(_path().read_text())]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def keep(incidents: list[RecordedIncident]) -> None:
    """Keep these incidents and no others."""
    rows = [
        asdict(one)
        | {"business_date": one.business_date.isoformat(), "opened_at": one.opened_at.isoformat()}
        | {"notified": sorted(one.notified), "notified_of_end": []}
        for one in incidents
    ]
    write_private(_path(), json.dumps(rows, indent=2))


def forget() -> None:
    """Discard all that is kept."""
    _path().unlink(missing_ok=True)


def _parse_incident(row: dict[str, Any]) -> RecordedIncident:
    own = row | {
        "business_date": date.fromisoformat(str(row["business_date"])),
        "opened_at": datetime.fromisoformat(str(row["opened_at"])),
        "notified": set(row["notified"]),
        "notified_of_end": set(),
    }
    return RecordedIncident(**own)
