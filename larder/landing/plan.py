"""Plan the feeds of a dlt source, in steps: a resource comes after those that it depends on."""

from collections.abc import Iterator
from datetime import date, datetime
from graphlib import TopologicalSorter
from typing import Any

import dlt
import pyarrow as pa
from dlt.sources import DltResource

from larder.errors import IngestError
from larder.landing import dlt_internals
from larder.landing.arrow import to_tables
from larder.landing.contract import cast
from larder.landing.declared import Declaration, read_declaration
from larder.landing.difference import identify_versions
from larder.landing.errors import in_one_line
from larder.landing.feed import Feed, Unit
from larder.landing.hints import KeyComparison
from larder.landing.reread import Reread
from larder.landing.sources import Source


def plan_feeds(source: Source, pipeline: dlt.Pipeline) -> list[list[Feed]]:
    """The feeds of a source's selected resources, grouped into the steps in which they are loaded.

    Args:
        source: the source, which is opened.
        pipeline: the pipeline that loads it, whose state gets the cursors' values.

    Raises:
        IngestError: a resource declares what Bronze does not support, or depends on an unknown resource.
    """
    feeds: dict[str, Feed] = {}
    after: dict[str, tuple[str, ...]] = {}
    for name, resource in source.open().resources.selected.items():
        if resource.write_disposition == "skip":
            continue
        declared = read_declaration(source.name, resource)
        feeds[name] = _feed(declared, resource, source, pipeline)
        after[name] = declared.after
    for name, others in after.items():
        if unknown := [one for one in others if one not in feeds]:
            raise IngestError(
                f"{source.name}.{name} is loaded after {', '.join(unknown)}, which the source does not have. "
                f"Name resources of the same source."
            )
    order = TopologicalSorter(after)
    order.prepare()
    steps = []
    while order.is_active():
        ready = order.get_ready()
        steps.append([feeds[name] for name in feeds if name in ready])
        order.done(*ready)
    return steps


def _feed(declared: Declaration, resource: DltResource, source: Source, pipeline: dlt.Pipeline) -> Feed:
    def units(since: Any) -> Iterator[Unit]:
        incremental = dlt_internals.find_incremental(resource)
        if since is not None and incremental is not None:
            # dlt subtracts a lag that the cursor declares.
            value = _to_source_type(since + declared.lag if incremental.lag else since, declared)
            dlt_internals.resume_at(pipeline, declared.source, resource.name, incremental.cursor_path, value)
        items = _read_items(resource, source, declared)
        tables = to_tables(items, declared.columns, declared.where, declared.json_columns)
        if declared.is_ordered:
            # The next load continues where this one stops, so each batch may be the last of a load.
            yield from ([table] for table in tables)
        else:
            yield tables

    def read_again() -> Iterator[pa.Table]:
        dlt_internals.start_over(pipeline, declared.source, resource.name)
        again = source.open().resources[resource.name]
        items = _read_items(again, source, declared)
        tables = to_tables(items, declared.columns, declared.where, declared.json_columns)
        yield from (cast(declared.columns, table) for table in tables)

    comparison = declared.compared
    if isinstance(comparison, KeyComparison):
        comparison = Reread(read_again, identify_versions(declared.key, declared.cursor), comparison)
    return Feed(
        table=declared.table,
        columns=declared.columns,
        key=declared.key,
        units=units,
        cursor=declared.cursor,
        lag=declared.lag,
        disposition=declared.disposition,
        only_new_rows=declared.only_new_rows,
        where=declared.where,
        comparison=None if declared.disposition == "replace" else comparison,
    )


def _read_items(resource: DltResource, source: Source, declared: Declaration) -> Iterator[Any]:
    """Yield a resource's items, each dict with its optional fields; errors become one line."""
    missing = dict.fromkeys(declared.optional)
    with in_one_line(source.name, source, declared.where):
        for item in resource:
            yield missing | item if isinstance(item, dict) else item


def _to_source_type(since: Any, declared: Declaration) -> Any:
    """Convert a cursor value to the type that the source uses."""
    if declared.is_text_cursor and isinstance(since, date | datetime):
        return since.isoformat()
    return since
