"""The service-levels flow: incidents for tables that are not ready in time, even if nothing ran."""

from datetime import datetime

from prefect import flow, task

from larder import clock
from larder.alerts import oncall
from larder.alerts.incident import Incident
from larder.alerts.service_levels import KIND, diagnose_unchecked, find_missed_levels
from larder.runtime.tagging import tag


@task(task_run_name="what is late")
def find_missed(now: datetime) -> list[Incident]:
    """The incidents of missed service levels, one per cause. If they cannot be checked, that is one, too."""
    try:
        return find_missed_levels(now)
    except Exception as error:  # each kind of catalog has errors of its own
        oncall.raise_incident(diagnose_unchecked(now, error))
        raise


@task(task_run_name="alert the person on call")
def alert_missed(found: list[Incident]) -> None:
    """Raise these incidents, and close the others; the notice of one that was replaced says so."""
    for incident in found:
        oncall.raise_incident(incident)
    oncall.close_incidents(
        KIND,
        except_subjects=[incident.subject for incident in found],
        instead="; ".join(incident.summary for incident in found),
    )


def run_name() -> str:
    """The name of a run in the UI: the time of the check on the business clock."""
    return f"service levels {clock.now():%Y-%m-%d %H:%M}"


@flow(name="service levels", flow_run_name=run_name, persist_result=False, on_running=[tag])
def service_levels() -> list[str]:
    """Check every node with `ready_by` against the business clock; returns one line per cause of lateness."""
    found = find_missed(clock.now())
    alert_missed(found)
    return [incident.summary for incident in found]
