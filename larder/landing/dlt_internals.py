"""The undocumented parts of dlt that landing uses. No other module imports them from dlt.

`tests/unit/test_private_interfaces.py` calls each function here, and fails if an upgrade removes one.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import dlt
from dlt.common.destination.exceptions import DestinationTerminalException
from dlt.common.exceptions import DltException
from dlt.common.normalizers.naming.snake_case import NamingConvention
from dlt.common.pipeline import LoadInfo
from dlt.common.schema.typing import TSchemaContract
from dlt.common.storages.configuration import FilesystemConfiguration
from dlt.sources import DltResource
from dlt.sources import incremental as Incremental
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator

__all__ = [
    "DestinationTerminalException",
    "DltException",
    "LoadInfo",
    "SnakeCase",
    "TSchemaContract",
    "detach_incremental",
    "explicit_args",
    "find_incremental",
    "is_last_page",
    "local_folder",
    "override_json_lines",
    "override_rest_client",
    "resume_at",
    "start_over",
]


class SnakeCase(NamingConvention):
    """dlt's naming convention `snake_case`; `REDUCED` maps the symbols that it writes as letters."""

    REDUCED: ClassVar[dict[int, int]] = NamingConvention._TR_REDUCE_ALPHABET


def local_folder(bucket_url: str) -> Path | None:
    """The folder of a path or a file:// URL; None for other storage."""
    if FilesystemConfiguration.is_local_path(bucket_url):
        bucket_url = FilesystemConfiguration.make_file_url(bucket_url)
    if not bucket_url.startswith("file:"):
        return None
    return Path(FilesystemConfiguration.make_local_path(bucket_url))


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


def detach_incremental(resource: DltResource) -> None:
    """Have a resource yield all rows that it reads, also those whose cursor is null or cannot be compared.

    Its cursor still says where to begin, in `start_value` and in the query of `sql_table`. dlt's own filter
    stays if the resource needs it: it has an end, or is closed at the first row that is too old.
    """
    step = resource.incremental
    if step is None:
        return
    bind = step.bind

    def bind_and_detach(pipe: Any) -> Any:
        bound = bind(pipe)
        cursor = step if isinstance(step, Incremental) else step.incremental
        if cursor is not None:
            if cursor.on_cursor_value_missing == "raise":
                cursor.on_cursor_value_missing = "include"
            if cursor.end_value is None and cursor.row_order != "desc":
                cursor.advance(None)
        return bound

    step.bind = bind_and_detach  # type: ignore[method-assign]


def explicit_args(resource: DltResource) -> dict[str, Any]:
    """The arguments that a resource was called with; empty if it was not called."""
    return dict(resource.explicit_args or {}) if resource.args_bound else {}


def resume_at(pipeline: dlt.Pipeline, source: str, resource: str, cursor: str, value: Any) -> None:
    """Make a resource's cursor start at a value, as if dlt had loaded up to it before."""
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


def start_over(pipeline: dlt.Pipeline, source: str, resource: str) -> None:
    """Make a resource's cursor start at its initial value, as if dlt had never loaded it."""
    with pipeline.managed_state() as state:
        sources: dict[str, Any] = state.setdefault("sources", {})
        sources.setdefault(source, {}).setdefault("resources", {}).pop(resource, None)


def override_rest_client(method: str, replacement: Callable[..., Any]) -> None:
    """Replace a method of dlt's REST client by a function of the client, the original and its arguments."""
    original = getattr(RESTClient, method)

    @wraps(original)
    def call(client: RESTClient, *args: Any, **options: Any) -> Any:
        def before(*args: Any, **options: Any) -> Any:
            return original(client, *args, **options)

        return replacement(client, before, *args, **options)

    setattr(RESTClient, method, call)


def override_json_lines(parse: Callable[[bytes], Any]) -> None:
    """Have dlt's `read_jsonl` parse a line by a function."""
    # The package has a function of the module's name.
    readers: Any = import_module("dlt.sources.filesystem.readers")
    readers.json = SimpleNamespace(loadb=parse)


def is_last_page(paginator: BasePaginator) -> bool:
    """Whether no page follows: the paginator says so, or its link or token is blank."""
    reference = getattr(paginator, "_next_reference", None)
    return not paginator.has_next_page or (isinstance(reference, str) and not reference.strip())
