"""Publish what a build wrote on its branch: all tables, tags and views together, or nothing."""

from collections.abc import Iterator
from dataclasses import replace

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import Table
from pyiceberg.table.update import RemovePropertiesUpdate, TableUpdate

from larder.lake.catalog import BRONZE, open_catalog
from larder.publication import catalogs, record
from larder.publication.changes import TableChange, ViewChange
from larder.publication.checks import PublicationRefused, check_tables, check_views
from larder.publication.masking import plan_masked
from larder.publication.record import Move, Publication
from larder.publication.refs import TAG, changed_head, expect, head, move_main, move_tag, remove
from larder.publication.tables import DROPPED, table_names, tables_by_name
from larder.publication.views import drop_schema, plan_views

# What published views are pinned to, once it has rows.
INPUTS = (BRONZE, "quarantine")


def publish(publication: Publication) -> list[Move]:
    """Publish all tables and views of a branch; returns the tables. Repeating it changes nothing.

    It is recorded in `ops.publications` before the first change and after the last. A publication that was
    interrupted in between is completed by `take_up`.

    Raises:
        PublicationRefused: another writer changed one of the tables since the build began.
    """
    catalog = open_catalog()
    found = tables_by_name(catalog)
    moves = tuple(
        Move(name, head(table), to)
        for name, table in sorted(found.items())
        if (to := changed_head(table, publication.branch)) is not None
    )
    complete = replace(publication, moves=moves)
    try:
        check_tables(complete, found)
        record.write(complete, "begun")
        _move(catalog, complete)
    except PublicationRefused as refused:
        record.write(complete, "refused", str(refused))
        raise
    record.write(complete, "published")
    return list(moves)


def take_up() -> list[Publication]:
    """Complete the publications that were interrupted; returns them.

    Their tables were tested, so they are published unless another writer changed one of them meanwhile.
    """
    found = record.interrupted()
    for publication in found:
        catalog = open_catalog()
        try:
            _move(catalog, publication)
        except PublicationRefused as refused:
            record.write(publication, "refused", str(refused))
        else:
            record.write(publication, "published")
    return found


def _move(catalog: Catalog, publication: Publication) -> None:
    def plan() -> tuple[list[TableChange], list[ViewChange]]:
        names = [(namespace, name) for namespace in INPUTS for name in table_names(catalog, namespace)]
        inputs = {name: table for name in names if head(table := catalog.load_table(name)) is not None}
        views, read = plan_views(catalog, publication.branch, inputs)
        found = tables_by_name(catalog)
        check_tables(publication, found)
        check_views(publication, views, found)
        tags = (change for name in sorted(read) if (change := _tag_change(inputs[name])))
        masked = plan_masked(catalog, publication, found)
        return [*_table_changes(publication, found), *tags], [*views, *masked]

    try:
        catalogs.commit_planned(catalog, plan)
    except CommitFailedException as failed:
        check_tables(publication, tables_by_name(catalog))
        raise PublicationRefused(publication, str(failed)) from failed
    drop_schema(catalog, publication.branch)


def _table_changes(publication: Publication, found: dict[str, Table]) -> Iterator[TableChange]:
    """Move main where the build changed a table; its branch goes everywhere."""
    targets = {move.table: move.to_snapshot_id for move in publication.moves}
    for name, table in found.items():
        updates: list[TableUpdate] = []
        target = targets.get(name)
        if target is not None and head(table) != target:
            updates.append(move_main(target))
        if head(table, publication.branch) is not None:
            updates.append(remove(publication.branch))
        updates += _column_updates(table, publication.branch)
        if updates:
            yield TableChange(table, (expect(table),), tuple(updates))


def _column_updates(table: Table, branch: str) -> list[TableUpdate]:
    names = table.properties.get(DROPPED + branch)
    if not names:
        return []
    change = table.transaction()
    schema = change.update_schema(allow_incompatible_changes=True)
    for name in names.split(","):
        schema.delete_column(name)
    updates, _ = schema._commit()
    return [*updates, RemovePropertiesUpdate(removals=[DROPPED + branch])]


def _tag_change(table: Table) -> TableChange | None:
    snapshot_id = head(table)
    if snapshot_id is None or head(table, TAG) == snapshot_id:
        return None
    return TableChange(table, (expect(table, TAG),), (move_tag(snapshot_id),))
