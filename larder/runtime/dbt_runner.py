"""Prefect's dbt runner, with exactly one task per node and less overhead.

It overrides a private method of prefect-dbt, since no public one receives dbt's events;
`tests/unit/test_private_interfaces.py` fails if an upgrade removes it.
"""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Any

from dbt_common.events.base_types import EventLevel, EventMsg
from prefect.context import SettingsContext
from prefect_dbt import PrefectDbtRunner


class Runner(PrefectDbtRunner):  # type: ignore[misc] # prefect-dbt has no types
    """Passes Prefect's settings to the nodes' tasks as they are, and reports a microbatch node only once.

    The original serializes the settings, as if for another process: each task then reads all of them from the
    environment again, which takes 25 ms of CPU twice per node. And it creates a task for each batch of a
    microbatch model, of which only the last ever ends.

    `operation_errors` has the errors of `run-operation`, which dbt's results lack.
    """

    operation_errors: list[str]

    def __init__(self, *args: Any, **options: Any) -> None:
        """Create the runner with the original's arguments."""
        super().__init__(*args, **options)
        self.operation_errors = []

    def _create_unified_callback(
        self, task_state: Any, log_level: EventLevel, context: dict[str, Any], **options: bool
    ) -> Callable[[EventMsg], None]:
        current = SettingsContext.get()
        if current:
            unserialized = {"profile": current.profile, "settings": current.settings}
            context = context | {"settings_context": unserialized}
        callback: Callable[[EventMsg], None] = super()._create_unified_callback(
            task_state, log_level, context, **options
        )
        return collect_operation_errors(drop_batch_events(callback), self.operation_errors)


def collect_operation_errors(
    callback: Callable[[EventMsg], None], errors: list[str]
) -> Callable[[EventMsg], None]:
    """Wrap a callback for dbt's events so that it also appends the errors of operations to a list."""

    def handle(event: EventMsg) -> None:
        if event.info.name in ("RunningOperationCaughtError", "RunningOperationUncaughtError"):
            errors.append(event.data.exc)
        callback(event)

    return handle


def drop_batch_events(callback: Callable[[EventMsg], None]) -> Callable[[EventMsg], None]:
    """Wrap a callback for dbt's events so that each node begins and ends once.

    For each batch of a node, dbt sends the same begin and end events as for the node, between the node's own.
    """
    running: Counter[str] = Counter()
    lock = Lock()  # batches may run in parallel

    def handle(event: EventMsg) -> None:
        if event.info.name in ("NodeStart", "NodeFinished"):
            begins = event.info.name == "NodeStart"
            node = event.data.node_info.unique_id
            with lock:
                running[node] += 1 if begins else -1
                is_batch = running[node] > (1 if begins else 0)
            if is_batch:
                return
        callback(event)

    return handle
