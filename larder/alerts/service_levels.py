"""Missed service levels as incidents, one per cause."""

import json
from datetime import datetime, timedelta
from typing import Any

from larder import clock
from larder.alerts.incident import Incident, Kind, Run
from larder.ops import service_levels
from larder.ops.lineage import AffectedNode
from larder.ops.service_levels import LateNode
from larder.redaction import redact

KIND: Kind = "service level"


def find_missed_levels(now: datetime) -> list[Incident]:
    """The incidents of nodes that are not ready at a time (UTC, business clock), one per cause.

    None if the sources have a clock of their own that has stopped: it is frozen in another year, so nothing
    is due.
    """
    if not clock.clock_offset() and service_levels.last_clock_offset():
        return []
    found, readers = service_levels.find_late(now)
    causes: dict[str, list[LateNode]] = {}
    for one in found:
        causes.setdefault(one.cause(), []).append(one)
    return [_build_incident(cause, late, _find_readers(late, readers)) for cause, late in causes.items()]


def diagnose_unchecked(now: datetime, error: Exception) -> Incident:
    """The incident that service levels cannot be checked."""
    return Incident(
        kind=KIND,
        subject="check",
        run=Run(now.date() - timedelta(days=1), "service levels"),
        summary="service levels cannot be checked",
        failed="service levels",
        error=f"the tables of ops cannot be read ({type(error).__name__}); see what the retry says",
        retry="larder doctor",
    )


def _find_readers(late: list[LateNode], exposures: list[dict[str, Any]]) -> list[AffectedNode]:
    """The dashboards and analyses that read what is late."""
    names = {one.unique_id for one in late}
    return [
        AffectedNode(exposure["label"], exposure["owner"])
        for exposure in exposures
        if names & set(json.loads(exposure["depends_on_nodes_json"]))
    ]


def _build_incident(cause: str, late: list[LateNode], readers: list[AffectedNode]) -> Incident:
    first = min(late, key=lambda one: (one.business_date, one.ready_by))
    what = late[0].label if len(late) == 1 else f"{len(late)} tables"
    return Incident(
        kind=KIND,
        subject=cause,
        run=Run(first.business_date, first.run_name or "none", first.flow_run_id),
        summary=f"not ready by {first.ready_by} for {first.business_date}: {what} ({cause})",
        failed=cause,
        error=redact(first.error or ""),
        retry=Run(first.business_date, "").retry(),
        owners=tuple(dict.fromkeys(one.owner for one in late if one.owner)),
        affected=(*(AffectedNode(one.label, one.owner) for one in late), *readers),
        remarks=tuple(f"no owner of {one.label}: declare meta.owner" for one in late if not one.owner),
    )
