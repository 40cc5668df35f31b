"""Plan the feeds of a dlt source, in steps: a resource comes after those that it depends on."""

from collections.abc import Iterator
from datetime import date, datetime
from graphlib import TopologicalSorter
from typing import Any

import dlt
from dlt.sources import DltResource

from larder.errors import IngestError
from larder.landing import dlt_internals
from larder.landing.checks.declared_rules import read_settings
from larder.landing.checks.duplicates import Duplicates
from larder.landing.checks.gate import Gate, Origin, Run, build_rules
from larder.landing.checks.rules import latest_cursor
from larder.landing.contract import Columns
from larder.landing.conversion.arrow import to_batches
from larder.landing.conversion.batch import Batch
from larder.landing.declared import Declaration, read_declaration
from larder.landing.errors import in_one_line
from larder.landing.feed import Feed, Unit
from larder.landing.files import FILE_COLUMNS
from larder.landing.hints import KeyComparison
from larder.landing.repairs.difference import identify_versions
from larder.landing.repairs.reread import Reread
from larder.landing.sources import Source


def plan_feeds(source: Source, pipeline: dlt.Pipeline, run: Run) -> list[list[Feed]]:
    """The feeds of a source's selected resources, grouped into the steps in which they are loaded.

    Args:
        source: the source, which is opened.
        pipeline: the pipeline that loads it, whose state gets the cursors' values.
        run: the run that loads it.

    Raises:
        IngestError: a resource declares what Bronze does not support, or depends on an unknown resource.
    """
    feeds: dict[str, Feed] = {}
    after: dict[str, tuple[str, ...]] = {}
    for name, resource in source.open().resources.selected.items():
        if resource.write_disposition == "skip":
            continue
        declared = read_declaration(source.name, resource)
        feeds[name] = _feed(declared, resource, source, pipeline, run)
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


def _feed(
    declared: Declaration, resource: DltResource, source: Source, pipeline: dlt.Pipeline, run: Run
) -> Feed:
    def units(since: Any, known: Columns) -> Iterator[Unit]:
        incremental = dlt_internals.find_incremental(resource)
        if since is not None and incremental is not None:
            # dlt subtracts a lag that the cursor declares.
            value = _to_source_type(since + declared.lag if incremental.lag else since, declared)
            dlt_internals.resume_at(pipeline, declared.source, resource.name, incremental.cursor_path, value)
        items = _read_items(resource, source, declared)
        batches = to_batches(items, declared, known)
        if declared.is_ordered:
            # The next load continues where this one stops, so each batch may be the last of a load.
            yield from ([batch] for batch in batches)
        else:
            yield batches

    def read_again() -> Iterator[Batch]:
        dlt_internals.start_over(pipeline, declared.source, resource.name)
        again = _read_items(source.open().resources[resource.name], source, declared)
        return to_batches(again, declared)

    compared = declared.compared
    if isinstance(compared, KeyComparison):
        compared = Reread(read_again, identify_versions(declared.key, declared.cursor), compared)
    settings = read_settings(declared.source, declared.table)
    latest = latest_cursor(run.business_date, settings.cursor_skew)
    return Feed(
        table=declared.table,
        columns=declared.columns,
        key=declared.key,
        units=units,
        gate=Gate(
            origin=Origin(declared.source, declared.table, run, declared.where),
            key=declared.key,
            rules=build_rules(declared.key, declared.cursor, latest, settings),
            settings=settings,
            duplicates=_duplicates(declared),
        ),
        cursor=declared.cursor,
        lag=declared.lag,
        disposition=declared.disposition,
        only_new_rows=declared.only_new_rows,
        where=declared.where,
        latest=latest,
        # What is gone from the source leaves Bronze with the next replace anyway.
        comparison=None if declared.disposition == "replace" else compared,
    )


def _duplicates(declared: Declaration) -> Duplicates | None:
    """Finds rows of the same version; not for a merge, where the last of them counts, nor without a key."""
    if declared.disposition == "merge" or not declared.key:
        return None
    # A file is read whole before the next one, and its rows have its name.
    files = tuple(FILE_COLUMNS) if set(FILE_COLUMNS) <= set(declared.key) else ()
    return Duplicates(declared.key, declared.cursor, declared.is_ordered, files)


def _read_items(resource: DltResource, source: Source, declared: Declaration) -> Iterator[Any]:
    """Yield a resource's items, whatever their cursors are; errors become one line."""
    dlt_internals.detach_incremental(resource)
    with in_one_line(source.name, source, declared.where):
        yield from resource


def _to_source_type(since: Any, declared: Declaration) -> Any:
    """Convert a cursor value to the type that the source uses."""
    if declared.is_text_cursor and isinstance(since, date | datetime):
        return since.isoformat()
    return since
