"""Why tasks failed whose failure does not end their flow."""

from collections.abc import Mapping
from typing import Any

from prefect.client.schemas.objects import State


def failures(states: Mapping[str, State[Any]]) -> dict[str, BaseException]:
    """The error of each task that did not complete, by the name that its state goes by, in the same order."""
    return {
        name: state.result(raise_on_failure=False)
        for name, state in states.items()
        if not state.is_completed()
    }
