"""The branches of builds that are not published: failed, killed or still running."""

from collections import defaultdict
from dataclasses import dataclass

from pyiceberg.table import Table

from larder.errors import LarderError
from larder.lake.catalog import open_catalog
from larder.lake.metrics import snapshot_totals
from larder.publication.branch import is_branch
from larder.publication.refs import changed_head, descends, head
from larder.publication.tables import label, layer_tables


@dataclass(frozen=True)
class Changed:
    """A table that a branch changed: its snapshots and rows as published and on the branch.

    `published_id` is None for a table that is new. `is_upon` says whether the branch was written upon what is
    published, which is so unless another writer changed the table.
    """

    table: str
    published_id: int | None
    branch_id: int
    published_rows: int
    branch_rows: int
    is_upon: bool


def branches() -> dict[str, list[Changed]]:
    """The tables that each unpublished branch changed, by the branch's name; the latest branch comes last."""
    found: dict[str, list[tuple[int, Changed]]] = defaultdict(list)
    catalog = open_catalog()
    for (name,) in catalog.list_namespaces():
        if is_branch(name):
            found[name] = []
    for table in layer_tables(catalog):
        for name in filter(is_branch, table.metadata.refs):
            if branch_id := changed_head(table, name):
                found[name].append(_compare(table, branch_id))
    ordered = sorted(found, key=lambda name: max((at for at, _ in found[name]), default=0))
    return {name: [changed for _, changed in found[name]] for name in ordered}


def choose(name: str | None) -> tuple[str, list[Changed]]:
    """A branch and what it changed: the named one, or else the latest.

    Raises:
        LarderError: there is no such branch.
    """
    found = branches()
    if not found:
        raise LarderError("no build is unpublished: the last ones were published, or their branches removed")
    chosen = name or list(found)[-1]
    if chosen not in found:
        raise LarderError(f"no branch {chosen} is unpublished. There are: {', '.join(found)}")
    return chosen, found[chosen]


def _compare(table: Table, branch_id: int) -> tuple[int, Changed]:
    """When a branch last changed the table (ms since 1970), and how."""
    snapshot = table.metadata.snapshot_by_id(branch_id)
    changed = Changed(
        label(table),
        head(table),
        branch_id,
        _rows(table, head(table)),
        _rows(table, branch_id),
        descends(table, branch_id, head(table)) is True,
    )
    return (snapshot.timestamp_ms if snapshot else 0), changed


def _rows(table: Table, snapshot_id: int | None) -> int:
    snapshot = table.metadata.snapshot_by_id(snapshot_id) if snapshot_id else None
    return int(snapshot_totals(snapshot).get("row_count", 0)) if snapshot else 0
