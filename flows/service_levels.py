"""Service levels: what was promised and is not ready is an incident, also where nothing ran at all."""

from datetime import datetime

from prefect import flow, task

from larder import clock
from larder.alerts import oncall
from larder.alerts.incident import Incident
from larder.alerts.service_levels import KIND, missed, unchecked
from larder.runtime.tagging import tag


@task(task_run_name="what is late")
def find_missed(now: datetime) -> list[Incident]:
    """The missed service levels, an incident for each cause; that they cannot be told is one, too."""
    try:
        return missed(now)
    except Exception as error:  # each kind of catalog has errors of its own
        oncall.raise_incident(unchecked(now, error))
        raise


@task(task_run_name="tell who is on call")
def tell(found: list[Incident]) -> None:
    """Alert once for each, and say what is over; a cause that made way for another is not."""
    for incident in found:
        oncall.raise_incident(incident)
    oncall.close_incidents(
        KIND,
        except_subjects=[incident.subject for incident in found],
        instead="; ".join(incident.summary for incident in found),
    )


def run_name() -> str:
    """The name of a run in the UI: the business's time of the check."""
    return f"service levels {clock.now():%Y-%m-%d %H:%M}"


@flow(name="service levels", flow_run_name=run_name, persist_result=False, on_running=[tag])
def service_levels() -> list[str]:
    """Check every node with `ready_by` against the business's clock; what is late, a line each cause."""
    found = find_missed(clock.now())
    tell(found)
    return [incident.summary for incident in found]
