"""Runs as a table, with links to Prefect's UI."""

from collections.abc import Sequence
from urllib.parse import quote

from larder.report import text
from larder.report.blocks import Cell, Table, columns
from larder.report.warehouse import Row

NO_RUN = "No run is recorded yet."
HEADS = columns(
    "Run", "Business date", "Outcome", "#Took", "#Passed", "#Warned", "#Failed", "#Skipped", "Ended", "Error"
)  # fmt: skip
COUNTS = ("passed_count", "warned_count", "failed_count", "skipped_count")


def is_clean(run: Row) -> bool:
    """Whether a run completed without a failed test."""
    return run["outcome"] == "completed" and not run["failed_count"]


def build_run_table(runs: Sequence[Row], prefect_ui_url: str | None) -> Table:
    """A table of runs in the given order, with links to Prefect's UI if there is one."""
    return Table("Runs", HEADS, [_build_row(run, prefect_ui_url) for run in runs])


def link_run(prefect_ui_url: str | None, flow_run_id: str | None) -> str:
    """The URL of a run's page in Prefect's UI; empty without one."""
    if not prefect_ui_url or not flow_run_id:
        return ""
    return f"{prefect_ui_url.rstrip('/')}/runs/flow-run/{quote(flow_run_id, safe='')}"


def _build_row(run: Row, prefect_ui_url: str | None) -> list[Cell]:
    outcome = "completed" if is_clean(run) else f"failed: {run['failed_step'] or 'tests'}"
    return [
        Cell(
            str(run["run_name"]),
            link=link_run(prefect_ui_url, run["flow_run_id"]),
            detail="full refresh" if run["is_full_refresh"] else "",
        ),
        Cell(text.day(run["business_date"])),
        Cell(outcome, "good" if is_clean(run) else "bad"),
        Cell(text.seconds(run["duration_seconds"])),
        *(Cell(text.number(run[name])) for name in COUNTS),
        Cell(text.moment(run["finished_at"])),
        Cell(str(run["error"] or ""), is_code=bool(run["error"])),
    ]
