"""dbt inside a flow: each node a Prefect task, all in this process, so that one JVM serves the whole run."""

import os
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from dbt.artifacts.schemas.freshness import SourceFreshnessResult
from dbt_common.events.base_types import EventLevel
from prefect_dbt import PrefectDbtSettings
from pyspark.errors import PySparkRuntimeError
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from larder import settings
from larder.errors import LarderError
from larder.ops.dbt_variables import FAILED_STATUSES
from larder.redaction import without_values
from larder.runtime.dbt_runner import Runner

# Spark's Python side would print each error whole, as JSON, beside the one line that dbt makes of it.
PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True


class BuildFailed(LarderError):
    """dbt could not build or test something: which, and where to read more."""


def target_path() -> Path:
    """dbt's artifacts: manifest.json, run_results.json, catalog.json and the docs site."""
    return settings.PROJECT / os.environ.get("DBT_TARGET_PATH", "target")


def invoke(*args: str, results: Path | None = None) -> Any:
    """Run a dbt command, its nodes as tasks of the current flow run; returns dbt's result.

    Args:
        args: dbt's arguments.
        results: a file for the command's run results, also where nodes failed; dbt's target folder where
            none is given.

    Raises:
        BuildFailed: a node failed, or dbt could not run at all.
    """
    runner = Runner(
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
    if results:
        done.result.write(str(results))
    if not done.success:
        own = target_path() / ("sources.json" if args[0] == "source" else "run_results.json")
        raise _failure(args[0], done.result.results, results or own)
    return done


def _failure(command: str, results: Sequence[Any], kept: Path) -> BuildFailed:
    """The first of a command's results that failed, how many more did, and where all are."""
    first, *others = [result for result in results if result.status in FAILED_STATUSES]
    more = f", and {len(others)} more" if others else ""
    return BuildFailed(
        f"dbt {command}: {first.node.resource_type} {first.node.name}: {_one_line(_message(first))}{more}; "
        f"all results are in {kept}; mend it, then run the date again"
    )


def _message(result: Any) -> object:
    """What dbt says of a result; of a source that is out of date it says nothing."""
    if not isinstance(result, SourceFreshnessResult):
        return result.message
    limit = result.node.freshness.error_after if result.node.freshness else None
    allowed = f", more than the {limit.count} {limit.period}s allowed" if limit else ""
    return f"last loaded {result.age / 3600:.0f} hours ago{allowed}"


def forget_temporaries() -> None:
    """Drop what dbt's incremental models leave in the Spark session that this process's next command shares.

    dbt's catalog stumbles over temporary views, which are in no schema; what they cached is of no more use.
    """
    try:
        spark = SparkSession.active()
    except PySparkRuntimeError:
        # On a cluster there is none in this process.
        return
    spark.catalog.clearCache()
    for table in spark.catalog.listTables():
        if table.isTemporary:
            spark.catalog.dropTempView(table.name)


def _one_line(message: object) -> str:
    """A message of several lines as one, short enough for an alert, without anyone's data."""
    return shorten(without_values(str(message)), 400)
