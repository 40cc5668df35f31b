"""Artifacts of a run in Prefect's UI: a link to the site, and dbt's results, worst first."""

from datetime import date
from itertools import chain
from pathlib import Path

from prefect.artifacts import create_link_artifact, create_table_artifact

from larder.ops import artifacts
from larder.ops.artifacts import RESULTS
from larder.ops.dbt_variables import FAILED_STATUSES
from larder.redaction import redact, to_one_line
from larder.runtime import prefect_server

WORST_FIRST = (*FAILED_STATUSES, "warn", "skipped")


def link_site() -> None:
    """Add a link to the site."""
    create_link_artifact(
        key="site",
        link=prefect_server.SITE_URL,
        link_text="What happened, at a glance",
        description="The site",
    )


def show_results(day: date, target: Path, names: list[str]) -> None:
    """Show the results in these dbt artifacts of a target folder as a table, if there are any."""
    results_by_artifact = [
        artifacts.read_artifact(target, name)["results"] for name in names if name in RESULTS
    ]
    if not results_by_artifact:
        return
    results = sorted(chain.from_iterable(results_by_artifact), key=lambda one: _rank(one["status"]))
    create_table_artifact(
        key="dbt-results",
        table=[
            {
                "node": result["unique_id"],
                "status": result["status"],
                "seconds": round(result["execution_time"], 1),
                "message": to_one_line(redact(result["message"] or "")),
            }
            for result in results
        ],
        description=f"dbt build of {day}",
    )


def _rank(status: str) -> int:
    return WORST_FIRST.index(status) if status in WORST_FIRST else len(WORST_FIRST)
