"""dbt inside a flow: each node a Prefect task, all in this process, so that one JVM serves the whole run."""

import os
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from textwrap import shorten
from typing import Any

from dbt.artifacts.schemas.catalog import CatalogArtifact
from dbt.artifacts.schemas.freshness import FreshnessResult, SourceFreshnessResult
from dbt.artifacts.schemas.run import RunExecutionResult, RunResultsArtifact
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


RESULT_FILES = {
    CatalogArtifact: "catalog.json",
    FreshnessResult: "sources.json",
    RunExecutionResult: "run_results.json",
    RunResultsArtifact: "run_results.json",
}
NO_REASON = "dbt gave no reason"


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
        # dbt came to no results: it could not read the project, or the warehouse did not answer.
        words = str(error).removeprefix(f"Failed to invoke dbt command '{' '.join(args)}': ")
        raise _failure(args, [words]) from error
    if results and isinstance(done.result, RunResultsArtifact | RunExecutionResult):
        done.result.write(str(results))
    if not done.success:
        raise _failure(
            args, _reasons(done.result, runner.operation_errors), results or _kept(args, done.result)
        )
    return done


def _failure(args: Sequence[str], reasons: Sequence[str], kept: Path | None = None) -> BuildFailed:
    """The first of the reasons why a command failed, how many more there are, and where all results are."""
    command = " ".join(takewhile(lambda argument: not argument.startswith("-"), args))
    first, *others = reasons or [f"it gave no reason; its log {_log()} has what it did"]
    more = f", and {len(others)} more" if others else ""
    where = f"; all results are in {kept}" if kept else ""
    return BuildFailed(f"dbt {command}: {_one_line(first)}{more}{where}; fix it, then run the date again")


def _kept(args: Sequence[str], result: object) -> Path | None:
    """The file in dbt's target folder that has a command's results, if it has any."""
    if "--no-write-json" in args:
        return None
    for kind, name in RESULT_FILES.items():
        if isinstance(result, kind):
            return target_path() / name
    return None


def _reasons(result: object, operation_errors: Sequence[str]) -> list[str]:
    """Why a command failed, one text per reason; what dbt returns differs by command."""
    if isinstance(result, CatalogArtifact):
        # `docs generate`: of schemas that could not be listed, then of models that did not compile.
        return [*(result.errors or []), *_reasons(result._compile_results, [])]
    if isinstance(result, RunResultsArtifact):
        # `run-operation`: its result has the macro's id, and its error is in dbt's events alone.
        return [
            f"{_name_of(one.unique_id)}: {one.message or '; '.join(operation_errors) or NO_REASON}"
            for one in result.results
            if one.status in FAILED_STATUSES
        ]
    return [
        f"{one.node.resource_type} {one.node.name}: {_message(one) or NO_REASON}"
        for one in getattr(result, "results", [])
        if one.status in FAILED_STATUSES
    ]


def _name_of(unique_id: str) -> str:
    """ "macro drop_views" of "macro.larder.drop_views"."""
    kind, _, name = unique_id.split(".", 2)
    return f"{kind} {name}"


def _log() -> Path:
    return settings.PROJECT / os.environ.get("DBT_LOG_PATH", "logs") / "dbt.log"


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
