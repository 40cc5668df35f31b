"""Runs and times dbt in this process; a failure is one line."""

import time

from dbt.cli.main import dbtRunner, dbtRunnerResult

from larder.errors import LarderError
from larder.runtime.build_plan import Build
from larder.variables import temporary_environment


def run_dbt(arguments: list[str]) -> float:
    """Run a dbt command and return its seconds.

    Raises:
        LarderError: the command failed.
    """
    began = time.monotonic()
    done = dbtRunner().invoke(["--quiet", *arguments])
    if not done.success:
        raise LarderError(f"{describe_first_error(done)}; nothing was measured, run `larder run` to see why")
    return time.monotonic() - began


def run_build(planned: Build, *options: str) -> float:
    """Run a planned build with additional dbt options and return its seconds."""
    with temporary_environment(planned.environment):
        return run_dbt([*planned.arguments, *options])


def describe_first_error(done: dbtRunnerResult) -> str:
    """The first line of a failed dbt command's error, with the node if there is one."""
    results = getattr(done.result, "results", [])
    failed = [result for result in results if result.status in ("error", "fail")]
    if not failed:
        return f"dbt failed: {str(done.exception).splitlines()[0]}"
    message = str(failed[0].message or "no message").strip()
    return f"{failed[0].node.name} failed: {message.splitlines()[0]}"
