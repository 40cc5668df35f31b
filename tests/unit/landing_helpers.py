"""Land a test's own dlt source as a module of `ingest/` is landed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import dlt

from larder.landing.load import LoadResult, land
from larder.landing.sources import Source

DAY = date(2017, 3, 1)


def land_resources(*resources: Any, name: str = "loyalty", day: date = DAY) -> LoadResult:
    """Land dlt resources as those of a source."""

    @dlt.source(name=name)
    def source() -> list[Any]:
        return list(resources)

    return land_source(source, name=name, day=day)


def land_source(function: Callable[..., Any], name: str = "loyalty", day: date = DAY) -> LoadResult:
    """Land a dlt source that needs no settings."""
    return land(Source(name, function, {}), day)
