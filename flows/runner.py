"""Prefect's runner of dbt, at a lower price for each node that becomes a task."""

from collections.abc import Callable
from typing import Any

from dbt_common.events.base_types import EventLevel, EventMsg
from prefect.context import SettingsContext
from prefect_dbt import PrefectDbtRunner
from prefect_dbt.core._tracker import NodeTaskTracker


class Runner(PrefectDbtRunner):  # type: ignore[misc] # prefect-dbt comes without types
    """Hands Prefect's settings to the nodes' tasks as they are.

    The original hands them over as text, as if for another process: each task then reads all settings from
    the environment again, 25 ms of a core, twice a node.
    """

    def _create_unified_callback(
        self, task_state: NodeTaskTracker, log_level: EventLevel, context: dict[str, Any], **options: bool
    ) -> Callable[[EventMsg], None]:
        current = SettingsContext.get()
        if current:
            kept = {"profile": current.profile, "settings": current.settings}
            context = context | {"settings_context": kept}
        callback: Callable[[EventMsg], None] = super()._create_unified_callback(
            task_state, log_level, context, **options
        )
        return callback
