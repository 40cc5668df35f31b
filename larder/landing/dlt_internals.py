"""What landing needs of dlt beyond its public interface; an upgrade that takes it away fails in one test.

`tests/unit/test_private_interfaces.py` calls each function here on a resource of each kind.
"""

import inspect
from typing import Any

import dlt
from dlt.common.normalizers.naming.snake_case import NamingConvention
from dlt.extract import DltResource
from dlt.extract.incremental import Incremental

_naming = NamingConvention()


def column_name(name: str) -> str:
    """A column's name in Bronze, as dlt names it: snake case."""
    return _naming.normalize_identifier(name)


def find_incremental(resource: DltResource) -> Incremental[Any] | None:
    """The incremental cursor that a resource declares, however it was passed; None if it has none."""
    step = resource.incremental
    if isinstance(step, Incremental):
        return step
    if step is not None and step.incremental is not None:
        return step.incremental
    given = list(explicit_args(resource).values())
    generate = resource._pipe.gen
    if callable(generate):
        parameters = inspect.signature(inspect.unwrap(generate)).parameters.values()
        given += [parameter.default for parameter in parameters]
    return next((value for value in given if isinstance(value, Incremental)), None)


def explicit_args(resource: DltResource) -> dict[str, Any]:
    """The arguments that a resource was called with; none if it was not called."""
    return dict(resource.explicit_args or {}) if resource.args_bound else {}


def resume_at(pipeline: dlt.Pipeline, source: str, resource: str, cursor: str, value: Any) -> None:
    """Have a resource's cursor start at a value, as if dlt had loaded up to it before."""
    with pipeline.managed_state() as state:
        sources: dict[str, Any] = state.setdefault("sources", {})
        resources = sources.setdefault(source, {}).setdefault("resources", {})
        resources.setdefault(resource, {})["incremental"] = {
            cursor: {
                "initial_value": value,
                "last_value": value,
                "start_value": value,
                "unique_hashes": [],
            }
        }
