"""Branches and tags of a table: where they are, and the changes that move them."""

from pyiceberg.table import Table
from pyiceberg.table.refs import MAIN_BRANCH, SnapshotRefType
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.table.update import AssertRefSnapshotId, RemoveSnapshotRefUpdate, SetSnapshotRefUpdate

# The tag of the rows that published views read in Bronze and in the quarantine.
TAG = "published"


def head(table: Table, ref: str = MAIN_BRANCH) -> int | None:
    """The id of the snapshot at a branch or tag; None if there is none."""
    found = table.metadata.refs.get(ref)
    return found.snapshot_id if found else None


def descends(table: Table, snapshot_id: int, ancestor_id: int | None) -> bool | None:
    """Whether a snapshot was written after another and upon it; None if a snapshot between them expired.

    Args:
        table: the table.
        snapshot_id: the later snapshot.
        ancestor_id: the earlier one; None stands for an empty table.
    """
    snapshot: Snapshot | None = table.metadata.snapshot_by_id(snapshot_id)
    ancestor = table.metadata.snapshot_by_id(ancestor_id) if ancestor_id else None
    if ancestor is None:
        return snapshot is not None
    while snapshot is not None and snapshot.snapshot_id != ancestor_id:
        oldest = snapshot
        parent = snapshot.parent_snapshot_id
        snapshot = table.metadata.snapshot_by_id(parent) if parent else None
    if snapshot is not None:
        return True
    # The search ended at the table's first snapshot, which is older than any other, or where one expired.
    return False if ancestor.timestamp_ms >= oldest.timestamp_ms else None


def expect(table: Table, ref: str = MAIN_BRANCH) -> AssertRefSnapshotId:
    """The requirement that a ref is still where it is now."""
    return AssertRefSnapshotId.model_validate({"ref": ref, "snapshot-id": head(table, ref)})


def move_main(snapshot_id: int) -> SetSnapshotRefUpdate:
    """The update that makes a snapshot the one that readers see."""
    return _point(MAIN_BRANCH, SnapshotRefType.BRANCH, snapshot_id)


def create_branch(name: str, snapshot_id: int) -> SetSnapshotRefUpdate:
    """The update that makes a branch begin at a snapshot."""
    return _point(name, SnapshotRefType.BRANCH, snapshot_id)


def changed_head(table: Table, branch: str) -> int | None:
    """The id of a branch's snapshot if main does not have it; None if the branch changes nothing."""
    snapshot_id, published_id = head(table, branch), head(table)
    if snapshot_id is None or snapshot_id == published_id:
        return None
    is_behind = published_id is not None and descends(table, published_id, snapshot_id) is True
    return None if is_behind else snapshot_id


def move_tag(snapshot_id: int) -> SetSnapshotRefUpdate:
    """The update that moves the tag of published views."""
    return _point(TAG, SnapshotRefType.TAG, snapshot_id)


def remove(ref: str) -> RemoveSnapshotRefUpdate:
    """The update that removes a branch or tag."""
    return RemoveSnapshotRefUpdate.model_validate({"ref-name": ref})


def _point(ref: str, kind: SnapshotRefType, snapshot_id: int) -> SetSnapshotRefUpdate:
    return SetSnapshotRefUpdate.model_validate({"ref-name": ref, "type": kind, "snapshot-id": snapshot_id})
