"""Links out of the site, into Prefect's UI."""

from urllib.parse import quote


def run_link(prefect_ui_url: str | None, flow_run_id: str | None) -> str:
    """Where a run is to be seen; empty without a UI."""
    if not prefect_ui_url or not flow_run_id:
        return ""
    return f"{prefect_ui_url.rstrip('/')}/runs/flow-run/{quote(flow_run_id, safe='')}"
