"""Incidents that were told while their store could not be used: in the state folder until it can be again."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from larder import settings
from larder.alerts.store import Recorded
from larder.files import write_private


def _path() -> Path:
    return settings.home() / "alerts-unrecorded.json"


def read() -> list[Recorded]:
    """What is kept; nothing where the file is none of ours, since an alert told twice is the lesser evil."""
    try:
        return [_incident(row) for row in json.loads(_path().read_text())]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def keep(incidents: list[Recorded]) -> None:
    """Keep these and no others."""
    rows = [
        asdict(one)
        | {"business_date": one.business_date.isoformat(), "opened_at": one.opened_at.isoformat()}
        | {"told": sorted(one.told), "told_over": []}
        for one in incidents
    ]
    write_private(_path(), json.dumps(rows, indent=2))


def forget() -> None:
    """Keep none any more."""
    _path().unlink(missing_ok=True)


def _incident(row: dict[str, Any]) -> Recorded:
    own = row | {
        "business_date": date.fromisoformat(str(row["business_date"])),
        "opened_at": datetime.fromisoformat(str(row["opened_at"])),
        "told": set(row["told"]),
        "told_over": set(),
    }
    return Recorded(**own)
