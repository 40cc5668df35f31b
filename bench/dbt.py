"""dbt in this process, timed; what goes wrong is one line."""

import time

from dbt.cli.main import dbtRunner, dbtRunnerResult

from larder.errors import LarderError
from larder.runtime.build_plan import Build
from larder.variables import temporary_environment


def dbt(arguments: list[str]) -> float:
    """Seconds of a dbt command.

    Raises:
        LarderError: it failed; nothing is measured.
    """
    began = time.monotonic()
    done = dbtRunner().invoke(["--quiet", *arguments])
    if not done.success:
        raise LarderError(f"{first_error(done)}; nothing is measured, run `larder run` to see why")
    return time.monotonic() - began


def build(planned: Build, *options: str) -> float:
    """Seconds of a planned build with more options of dbt's."""
    with temporary_environment(planned.environment):
        return dbt([*planned.arguments, *options])


def first_error(done: dbtRunnerResult) -> str:
    """The first line of what failed in a dbt command, with the node where there is one."""
    results = getattr(done.result, "results", [])
    failed = [result for result in results if result.status in ("error", "fail")]
    if not failed:
        return f"dbt failed: {str(done.exception).splitlines()[0]}"
    message = str(failed[0].message or "no message").strip()
    return f"{failed[0].node.name} failed: {message.splitlines()[0]}"
