"""Before a build: complete or remove what an interrupted or failed run left, and prepare a branch."""

from collections.abc import Callable
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
from larder.publication.publish import TRIES, take_up
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
    record.ensure()
    record.write(build, "building")
    catalog.create_namespace_if_not_exists(branch, {BEGUN_AT: datetime.now(UTC).isoformat()})
    _change_tables(catalog, lambda table: _preparation(table, branch), f"branch {branch}")


def _change_tables(catalog: Catalog, plan: Callable[[Table], TableChange | None], what: str) -> None:
    """Change all tables of silver and gold at once; again if another process changed one of them first."""
    for attempt in range(TRIES):
        changes = [change for table in layer_tables(catalog) if (change := plan(table))]
        try:
            catalogs.commit(catalog, changes, [])
        except CommitFailedException as failed:
            if attempt == TRIES - 1:
                raise LarderError(
                    f"{what}: in each of {TRIES} tries another process changed a table ({failed}). Run again"
                ) from failed
        else:
            return


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
    """
    if not is_branch(branch):
        raise ValueError(f"{branch} is not the branch of a build")
    catalog = open_catalog()
    changes = []
    for table in layer_tables(catalog):
        if head(table, branch) is None:
            continue
        if _is_unpublished(table, branch):
            catalog.drop_table(label(table))
        else:
            changes.append(_removal(table, branch))
    catalogs.commit(
        catalog, changes, [ViewChange(view, None) for view in catalogs.read_views(catalog, branch).values()]
    )
    drop_schema(catalog, branch)


def _is_unpublished(table: Table, branch: str) -> bool:
    return table.current_snapshot() is None and set(table.metadata.refs) == {branch}


def _removal(table: Table, branch: str) -> TableChange:
    updates: list[TableUpdate] = [remove(branch)]
    if DROPPED + branch in table.properties:
        updates.append(RemovePropertiesUpdate(removals=[DROPPED + branch]))
    return TableChange(table, (expect(table, branch),), tuple(updates))
