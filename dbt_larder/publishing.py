"""A dbt command that is run by hand works on a branch, and publishes what it built if all of it succeeded."""

from typing import Any

from dbt.flags import get_flags
from dbt.task.runnable import GraphRunnableTask
from dbt_common.exceptions import DbtRuntimeError
from dbt_common.invocation import get_invocation_id

from dbt_larder.declared_columns import shown_columns
from dbt_larder.invocation import environment
from dbt_larder.sessions import leave_branch
from larder.errors import LarderError
from larder.lake.catalog import open_catalog
from larder.publication import begin, branch
from larder.publication.masking import note_shown
from larder.publication.publish import publish
from larder.publication.record import Publication

# dbt's commands that write tables or views; a test may set rows aside.
COMMANDS = ("build", "run", "snapshot", "seed", "test", "retry")


def set_up(project_name: str) -> None:
    """Give this dbt command a branch, unless a run has given it one or it publishes nothing."""
    _end_runs()
    flags = _flags()
    is_published = project_name == "larder" and (flags.TARGET or "local") in branch.TARGETS
    if (
        not is_published
        or flags.WHICH not in COMMANDS
        or branch.VARIABLE in environment()
        or not branch.is_on()
    ):
        return
    name = branch.name_command(get_invocation_id())
    begin.prepare(Publication(name, invocation_id=get_invocation_id()))
    environment()[branch.VARIABLE] = name


def _flags() -> Any:
    return get_flags()  # type: ignore[no-untyped-call]


def _end_runs() -> None:
    """When a task ends, publish if this module gave it the branch. Repeating this changes nothing."""
    task: Any = GraphRunnableTask
    original = task.run
    if getattr(original, "publishes", False):
        return

    def run_and_publish(self: Any) -> Any:
        try:
            result = original(self)
        finally:
            # What else this process does with Spark is not part of the build.
            leave_branch()
        name, invocation_id = environment().get(branch.VARIABLE), get_invocation_id()
        if name and _flags().WHICH in COMMANDS:
            note_shown(open_catalog(), name, shown_columns(self.manifest, result.results))
        if name == branch.name_command(invocation_id) and self.interpret_results(result.results):
            try:
                publish(Publication(name, invocation_id=invocation_id))
            except LarderError as error:
                raise DbtRuntimeError(str(error)) from error
        return result

    run_and_publish.publishes = True  # type: ignore[attr-defined]
    task.run = run_and_publish
