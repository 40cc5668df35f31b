"""The errors of tasks whose failure does not end their flow."""

from collections.abc import Mapping
from typing import Any

from prefect.client.schemas.objects import State

from larder.ops.steps import Step


def collect_failures(states: Mapping[Step, State[Any]]) -> dict[Step, BaseException]:
    """The error of each step whose task did not complete, in the same order."""
    return {
        step: state.result(raise_on_failure=False)
        for step, state in states.items()
        if not state.is_completed()
    }
