"""dbt inside a flow: each node a Prefect task, all in this process, so that one JVM serves the whole run."""

import os
from datetime import date, timedelta
from pathlib import Path
from textwrap import shorten
from typing import Any

from dbt_common.events.base_types import EventLevel
from prefect_dbt import PrefectDbtRunner, PrefectDbtSettings

from larder import settings
from larder.errors import LarderError

# Late rows and corrections change days that are past; the microbatches of these days are built again.
LOOKBACK_DAYS = 3


# How dbt calls what did not succeed: nodes, tests, source freshness.
FAILURES = ("error", "fail", "runtime error", "partial success")


class BuildFailed(LarderError):
    """dbt could not build or test something: which, and where to read more."""


def target_path() -> Path:
    """dbt's artifacts: manifest.json, run_results.json, catalog.json and the docs site."""
    return settings.PROJECT / os.environ.get("DBT_TARGET_PATH", "target")


def invoke(*args: str) -> Any:
    """Run a dbt command, its nodes as tasks of the current flow run; returns dbt's result.

    Raises:
        BuildFailed: a node failed, or dbt could not run at all.
    """
    runner = PrefectDbtRunner(
        settings=PrefectDbtSettings(
            project_dir=settings.PROJECT,
            profiles_dir=settings.PROJECT,
            target_path=target_path(),
            log_level=EventLevel.INFO,
        ),
        raise_on_failure=False,
        disable_assets=True,
    )
    try:
        done = runner.invoke(list(args))
    except ValueError as error:
        raise BuildFailed(f"dbt {args[0]}: {_one_line(error)}; mend it, then run the date again") from error
    if not done.success:
        failed = [result for result in done.result.results if result.status in FAILURES]
        first = failed[0]
        more = f", and {len(failed) - 1} more" if len(failed) > 1 else ""
        raise BuildFailed(
            f"dbt {args[0]}: {first.node.resource_type} {first.node.name}: {_one_line(first.message)}{more}; "
            f"all results are in {target_path() / 'run_results.json'}; mend it, then run the date again"
        )
    return done


def _one_line(message: object) -> str:
    """A message of several lines as one, short enough for an alert."""
    return shorten(" ".join(str(message).split()), 400)


def event_window(business_date: date, days: int = LOOKBACK_DAYS) -> list[str]:
    """dbt's arguments for the days that a run of that date may change."""
    start, end = business_date - timedelta(days=days), business_date + timedelta(days=1)
    return ["--event-time-start", start.isoformat(), "--event-time-end", end.isoformat()]
