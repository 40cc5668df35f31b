"""Run dbt in a flow: each node is a Prefect task in this process, so that one JVM serves the whole run."""

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
from pyspark.sql import SparkSession

from larder import settings
from larder.errors import LarderError
from larder.ops.dbt_variables import FAILED_STATUSES
from larder.ops.schema import OPS
from larder.publication.branch import VARIABLE
from larder.redaction import redact
from larder.runtime.dbt_runner import Runner
from larder.variables import temporary_environment

RESULT_FILES = {
    CatalogArtifact: "catalog.json",
    FreshnessResult: "sources.json",
    RunExecutionResult: "run_results.json",
    RunResultsArtifact: "run_results.json",
}
NO_REASON = "dbt gave no reason"


class BuildFailed(LarderError):
    """dbt could not build or test something. The message has the first failure and where to read more."""


def target_path() -> Path:
    """The folder of dbt's artifacts: manifest.json, run_results.json, catalog.json and the docs site."""
    return settings.dbt_target()


def invoke(*args: str, results: Path | None = None, branch: str = "") -> Any:
    """Run a dbt command, with its nodes as tasks of the current flow run; returns dbt's result.

    Args:
        args: dbt's arguments.
        branch: the branch of silver and gold that it reads and writes; by default what is published.
        results: a file to write the command's run results to, even if nodes failed; by default only dbt's
            target folder has them.

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
        with temporary_environment({VARIABLE: branch}):
            done = runner.invoke(list(args))
    except ValueError as error:
        # dbt has no results: it could not read the project, or the warehouse did not answer.
        reason = str(error).removeprefix(f"Failed to invoke dbt command '{' '.join(args)}': ")
        raise _build_failure(args, [reason]) from error
    if results and isinstance(done.result, RunResultsArtifact | RunExecutionResult):
        done.result.write(str(results))
    if not done.success:
        raise _build_failure(
            args, _reasons(done.result, runner.operation_errors), results or _result_file(args, done.result)
        )
    return done


def _build_failure(args: Sequence[str], reasons: Sequence[str], file: Path | None = None) -> BuildFailed:
    """The error of a failed command: the first reason, the number of others, and the file of all results."""
    command = " ".join(takewhile(lambda argument: not argument.startswith("-"), args))
    first, *others = reasons or [f"it gave no reason; its log {_log_file()} has what it did"]
    more = f", and {len(others)} more" if others else ""
    where = f"; all results are in {file}" if file else ""
    return BuildFailed(f"dbt {command}: {_one_line(first)}{more}{where}; fix it, then run the date again")


def _result_file(args: Sequence[str], result: object) -> Path | None:
    """The file in dbt's target folder with a command's results, if there is one."""
    if "--no-write-json" in args:
        return None
    for kind, name in RESULT_FILES.items():
        if isinstance(result, kind):
            return target_path() / name
    return None


def _reasons(result: object, operation_errors: Sequence[str]) -> list[str]:
    """Why a command failed, one text per reason. dbt's result differs by command."""
    if isinstance(result, CatalogArtifact):
        # `docs generate`: schemas that could not be listed, then models that did not compile.
        return [*(result.errors or []), *_reasons(result._compile_results, [])]
    if isinstance(result, RunResultsArtifact):
        # `run-operation`: the result has the macro's id; the error is only in dbt's events.
        return [
            f"{_macro_label(one.unique_id)}: {one.message or '; '.join(operation_errors) or NO_REASON}"
            for one in result.results
            if one.status in FAILED_STATUSES
        ]
    return [
        f"{one.node.resource_type} {one.node.name}: {_message(one) or NO_REASON}"
        for one in getattr(result, "results", [])
        if one.status in FAILED_STATUSES
    ]


def _macro_label(unique_id: str) -> str:
    """For example, "macro drop_views" for "macro.larder.drop_views"."""
    kind, _, name = unique_id.split(".", 2)
    return f"{kind} {name}"


def _log_file() -> Path:
    return settings.PROJECT / os.environ.get("DBT_LOG_PATH", "logs") / "dbt.log"


def _message(result: Any) -> object:
    """dbt's message for a result; for a stale source, which has none, its age."""
    if not isinstance(result, SourceFreshnessResult):
        return result.message
    limit = result.node.freshness.error_after if result.node.freshness else None
    allowed = f", more than the {limit.count} {limit.period}s allowed" if limit else ""
    return f"last loaded {result.age / 3600:.0f} hours ago{allowed}"


def forget_temporaries() -> None:
    """Drop temporary views that dbt's incremental models leave in the Spark session of this process.

    dbt's catalog fails on temporary views, which have no schema. Cached data is not needed any more, either.
    """
    try:
        spark = SparkSession.active()
    except PySparkRuntimeError:
        # On a cluster, this process has no session.
        return
    spark.catalog.clearCache()
    # Those of a namespace and the temporary ones: Spark cannot list what is in none in Iceberg's catalog.
    for view in spark.sql(f"show views in {OPS}").collect():
        if view.isTemporary:
            spark.catalog.dropTempView(view.viewName)


def _one_line(message: object) -> str:
    """A message as one line, short enough for an alert and without personal data."""
    return shorten(redact(str(message)), 400)
