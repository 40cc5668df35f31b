"""Prefect's runner of dbt: a task for each node, once, and at a lower price.

It overrides a method of prefect-dbt that is not public, since no public one is told of dbt's events;
`tests/unit/test_private_interfaces.py` fails when an upgrade takes it away.
"""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Any

from dbt_common.events.base_types import EventLevel, EventMsg
from prefect.context import SettingsContext
from prefect_dbt import PrefectDbtRunner


class Runner(PrefectDbtRunner):  # type: ignore[misc] # prefect-dbt comes without types
    """Hands Prefect's settings to the nodes' tasks as they are, and tells of a node's microbatches as of one.

    The original hands settings over as text, as if for another process: each task then reads all of them from
    the environment again, 25 ms of a core, twice a node. And it makes a task of each batch of a microbatch
    model, of which only the last ever ends.

    `operation_errors` has what went wrong in `run-operation`, of which dbt's results have nothing.
    """

    operation_errors: list[str]

    def __init__(self, *args: Any, **options: Any) -> None:
        """As the original's."""
        super().__init__(*args, **options)
        self.operation_errors = []

    def _create_unified_callback(
        self, task_state: Any, log_level: EventLevel, context: dict[str, Any], **options: bool
    ) -> Callable[[EventMsg], None]:
        current = SettingsContext.get()
        if current:
            kept = {"profile": current.profile, "settings": current.settings}
            context = context | {"settings_context": kept}
        callback: Callable[[EventMsg], None] = super()._create_unified_callback(
            task_state, log_level, context, **options
        )
        return keeping_operation_errors(without_batches(callback), self.operation_errors)


def keeping_operation_errors(
    callback: Callable[[EventMsg], None], errors: list[str]
) -> Callable[[EventMsg], None]:
    """A callback for dbt's events that also adds the errors of operations to a list."""

    def heard(event: EventMsg) -> None:
        if event.info.name in ("RunningOperationCaughtError", "RunningOperationUncaughtError"):
            errors.append(event.data.exc)
        callback(event)

    return heard


def without_batches(callback: Callable[[EventMsg], None]) -> Callable[[EventMsg], None]:
    """A callback for dbt's events that hears a node begin and end once.

    dbt tells of each batch of a node what it tells of the node: begin and end within the node's own.
    """
    running: Counter[str] = Counter()
    lock = Lock()  # batches may run side by side

    def heard(event: EventMsg) -> None:
        if event.info.name in ("NodeStart", "NodeFinished"):
            begins = event.info.name == "NodeStart"
            node = event.data.node_info.unique_id
            with lock:
                running[node] += 1 if begins else -1
                is_batch = running[node] > (1 if begins else 0)
            if is_batch:
                return
        callback(event)

    return heard
