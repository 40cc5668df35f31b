"""Find the sources: each module of `ingest/`, with a `@dlt.source` function of the same name.

In `LOADED_AFTER`, a module may list the sources that a run loads before it.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from graphlib import TopologicalSorter
from types import ModuleType

import dlt
from dlt.sources import DltSource

from larder.config import source_setting
from larder.errors import IngestError
from larder.landing import dlt_internals, sql_loader
from larder.landing.apis import json_pages, paging

PACKAGE = "ingest"


@dataclass(frozen=True)
class Source:
    """A source of `ingest/`. `settings` maps each required setting to whether it is secret."""

    name: str
    function: Callable[..., DltSource]
    settings: dict[str, bool]

    def open(self) -> DltSource:
        """The dlt source with its settings; its resources are read when they are iterated.

        Raises:
            IngestError: a setting is missing or invalid.
        """
        paging.install()
        dlt_internals.override_json_lines(json_pages.parse)
        sql_loader.install()
        return self.function(**{name: source_setting(self.name, name) for name in self.settings})

    def variables(self, *, secret: bool) -> str:
        """The environment variables of its secrets, or of its other settings, separated by commas."""
        names = [name for name, is_secret in self.settings.items() if is_secret is secret]
        return ", ".join(f"SOURCES__{self.name}__{name}".upper() for name in names)


def source_names() -> list[str]:
    """The names of all sources, in the order in which a run loads them."""
    names = sorted(_modules())
    before = {name: tuple(getattr(_module(name), "LOADED_AFTER", ())) for name in names}
    order = TopologicalSorter({name: [one for one in before[name] if one in before] for name in names})
    return list(order.static_order())


def find_source(name: str) -> Source:
    """The source of that name.

    Raises:
        IngestError: there is none, or its module has no function of its name.
    """
    if name not in _modules():
        raise IngestError(f"{name}: there is no such source; name one of {', '.join(source_names())}")
    function = getattr(_module(name), name, None)
    if not callable(function):
        raise IngestError(
            f"ingest/{name}.py has no function {name}. Give its @dlt.source the name of the file."
        )
    settings = {
        parameter.name: parameter.default is dlt.secrets.value
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is dlt.secrets.value or parameter.default is dlt.config.value
    }
    return Source(name, function, settings)


def _modules() -> set[str]:
    return {module.name for module in pkgutil.iter_modules(importlib.import_module(PACKAGE).__path__)}


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")
