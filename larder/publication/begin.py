"""Before a build: complete or remove what an interrupted or failed run left, and prepare a branch."""

from datetime import UTC, datetime, timedelta

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import Table
from pyiceberg.table.update import RemovePropertiesUpdate, SetPropertiesUpdate, TableUpdate

from larder.errors import LarderError
from larder.lake.catalog import open_catalog
from larder.publication import catalogs, record
from larder.publication.branch import is_branch, is_run
from larder.publication.changes import TableChange, ViewChange
from larder.publication.publish import take_up
from larder.publication.record import Publication
from larder.publication.refs import create_branch, expect, head, remove
from larder.publication.tables import DROPPED, ENABLED, label, layer_tables
from larder.publication.views import drop_schema

# The property of a branch's schema: when its build began.
BEGUN_AT = "larder.begun-at"
# How long the branch of a dbt command is kept that failed or was killed.
KEPT = timedelta(days=1)


def prepare(build: Publication) -> None:
    """Prepare the branch of a build: its schema for views, and the branch in each table that there is.

    Iceberg makes a branch with its first write, too, but then counts its rows and files from zero.
    """
    catalog, branch = open_catalog(), build.branch
    catalogs.read_views(catalog, branch)  # refuses a catalog that cannot publish
    record.write(build, "building")
    catalog.create_namespace_if_not_exists(branch, {BEGUN_AT: datetime.now(UTC).isoformat()})

    def plan() -> tuple[list[TableChange], list[ViewChange]]:
        return [change for table in layer_tables(catalog) if (change := _preparation(table, branch))], []

    _commit(catalog, branch, plan)


def _preparation(table: Table, branch: str) -> TableChange | None:
    updates: list[TableUpdate] = []
    if table.properties.get(ENABLED) != "true":
        updates.append(SetPropertiesUpdate(updates={ENABLED: "true"}))
    if (snapshot_id := head(table)) is not None:
        updates.append(create_branch(branch, snapshot_id))
    return TableChange(table, (expect(table),), tuple(updates)) if updates else None


def recover() -> list[str]:
    """Complete interrupted publications, and remove what failed runs left; returns their branches.

    Only the holder of the writers' lock may call it: the branch of any other run is then dead.
    """
    catalog = open_catalog()
    take_up()
    left = {name for (name, *_) in catalog.list_namespaces() if _is_dead(catalog, name)}
    for table in layer_tables(catalog):
        left |= {name for name in table.metadata.refs if is_run(name)}
    for branch in sorted(left):
        discard(branch)
    return sorted(left)


def _is_dead(catalog: Catalog, schema: str) -> bool:
    """Whether a schema is that of a build which is over; an analyst's may not be, so it gets a day."""
    if not is_branch(schema) or is_run(schema):
        return is_run(schema)
    begun_at = catalog.load_namespace_properties(schema).get(BEGUN_AT)
    return not begun_at or datetime.fromisoformat(begun_at) < datetime.now(UTC) - KEPT


def discard(branch: str) -> None:
    """Remove a branch from all tables, tables that exist only on it, and its views.

    Raises:
        ValueError: the name is not that of a build's branch.
        LarderError: other processes kept changing its tables.
    """
    if not is_branch(branch):
        raise ValueError(f"{branch} is not the branch of a build")
    catalog = open_catalog()

    def plan() -> tuple[list[TableChange], list[ViewChange]]:
        left = [table for table in layer_tables(catalog) if head(table, branch) is not None]
        views = catalogs.read_views(catalog, branch).values()
        return [_removal(table, branch) for table in left], [ViewChange(view, None) for view in views]

    for table in layer_tables(catalog):
        if _is_unpublished(table, branch):
            catalog.drop_table(label(table))
    _commit(catalog, branch, plan)
    drop_schema(catalog, branch)


def _commit(catalog: Catalog, branch: str, plan: catalogs.Plan) -> None:
    try:
        catalogs.commit_planned(catalog, plan)
    except CommitFailedException as failed:
        raise LarderError(f"branch {branch}: {failed}. Run again") from failed


def _is_unpublished(table: Table, branch: str) -> bool:
    return table.current_snapshot() is None and set(table.metadata.refs) == {branch}


def _removal(table: Table, branch: str) -> TableChange:
    updates: list[TableUpdate] = [remove(branch)]
    if DROPPED + branch in table.properties:
        updates.append(RemovePropertiesUpdate(removals=[DROPPED + branch]))
    return TableChange(table, (expect(table, branch),), tuple(updates))
