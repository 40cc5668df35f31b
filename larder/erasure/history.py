"""Erase a person from a table's history: branches and tags, snapshots, manifests, files that nothing needs.

Snapshots that never held the person stay, so time travel to them still works.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyiceberg.io import FileIO
from pyiceberg.manifest import ManifestEntryStatus, ManifestFile
from pyiceberg.table import Table, update
from pyiceberg.table.refs import MAIN_BRANCH
from pyiceberg.table.snapshots import Snapshot

from larder.erasure.landed import MARK
from larder.erasure.manifests import rewrite_manifests
from larder.erasure.traces import Person, find_fields, read_entries
from larder.lake.metrics import LAYERS
from larder.redaction import redact_error

# pyiceberg's models of commits: a type checker only knows their aliases.
commits: Any = update
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Files:
    """The files of some snapshots: data and delete files, manifests, and lists of manifests."""

    data: frozenset[str]
    metadata: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.data | self.metadata


class History:
    """A table's snapshots, and which of their files name a person."""

    def __init__(self, table: Table, person: Person) -> None:
        """Nothing is read before it is needed."""
        self.table, self.person = table, person
        self._fields = find_fields(table.metadata.schemas)
        # Texts of the layers' tables are only looked at by the scan, but for keys that are hashes of the id.
        self._with_texts = table.name()[0] not in LAYERS or "dbt_scd_id" in table.schema().column_names
        self._is_dirty: dict[str, bool] = {}

    def is_dirty(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot needs a file, or lists one that it removed, that names the person."""
        return any(self._is_manifest_dirty(one) for one in snapshot.manifests(self.table.io))

    def _is_manifest_dirty(self, manifest: ManifestFile) -> bool:
        path = manifest.manifest_path
        if path not in self._is_dirty:
            files = [entry.data_file for entry in read_entries(manifest, self.table.io)]
            self._is_dirty[path] = any(
                self.person.in_bounds(one, self._fields) or self._is_data_dirty(one.file_path)
                for one in files
            )
        return self._is_dirty[path]

    def _is_data_dirty(self, path: str) -> bool:
        if path not in self._is_dirty:
            # Of a removed file, the manifest remains.
            exists = path.endswith(".parquet") and self.table.io.new_input(path).exists()
            self._is_dirty[path] = exists and self.person.in_parquet(self.table.io, path, self._with_texts)
        return self._is_dirty[path]


@dataclass(frozen=True)
class Cleaned:
    """What was done to a table's history. `refs` are lines about branches and tags."""

    snapshots: int
    files: int
    refs: tuple[str, ...]


def clean_history(table: Table, person: Person) -> Cleaned:
    """Expire each snapshot of a table that names the person, and remove the files that only those need.

    A branch or tag at a state that the erasure has replaced moves to the current one. Another one that names
    the person is dropped. The current rows must not name the person any more.
    """
    history = History(table, person)
    if (head := table.current_snapshot()) and history.is_dirty(head):
        # What it lists as removed names the person.
        rewrite_manifests(table, head)
        history = History(table, person)
    head = table.current_snapshot()
    # If current rows still name the person, in a column that no rule covers, the scan reports their files.
    dirty = [one for one in table.metadata.snapshots if one != head and history.is_dirty(one)]
    if not dirty or head is None:
        return Cleaned(0, 0, ())
    before = list_files(table)
    updates, lines = _plan_refs(table, head, {one.snapshot_id for one in dirty})
    updates.append(commits.RemoveSnapshotsUpdate(snapshot_ids=[one.snapshot_id for one in dirty]))
    table.catalog.commit_table(
        table, (commits.AssertRefSnapshotId(ref=MAIN_BRANCH, snapshot_id=head.snapshot_id),), tuple(updates)
    )
    table.refresh()
    removed = remove_files(table.io, before.all - list_files(table).all)
    return Cleaned(len(dirty), removed, tuple(lines))


def list_files(table: Table) -> Files:
    """The files that the table's snapshots need."""
    data: set[str] = set()
    metadata: set[str] = set()
    for snapshot in table.metadata.snapshots:
        metadata.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(table.io):
            if manifest.manifest_path not in metadata:
                metadata.add(manifest.manifest_path)
                data |= {
                    entry.data_file.file_path
                    for entry in read_entries(manifest, table.io)
                    if entry.status != ManifestEntryStatus.DELETED
                }
    statistics = {one.statistics_path for one in table.metadata.statistics}
    logged = {one.metadata_file for one in table.metadata.metadata_log}
    return Files(frozenset(data), frozenset(metadata | statistics | logged | {table.metadata_location}))


def remove_files(io: FileIO, paths: Iterable[str]) -> int:
    """Remove files; returns how many. One that is missing was removed before."""
    count = 0
    for path in sorted(paths):
        try:
            io.delete(path)
            count += 1
        except FileNotFoundError as error:
            logger.debug("%s", redact_error(error))
    return count


def _plan_refs(table: Table, head: Snapshot, dirty: set[int]) -> tuple[list[Any], list[str]]:
    """The updates that move or drop the branches and tags at snapshots that name the person."""
    updates: list[Any] = []
    lines: list[str] = []
    replaced = _find_replaced(table, head)
    for name, ref in table.metadata.refs.items():
        if name == MAIN_BRANCH or ref.snapshot_id not in dirty:
            continue
        kind = ref.snapshot_ref_type.value
        if ref.snapshot_id in replaced:
            updates.append(
                commits.SetSnapshotRefUpdate(
                    ref_name=name,
                    type=ref.snapshot_ref_type,
                    snapshot_id=head.snapshot_id,
                    max_ref_age_ms=ref.max_ref_age_ms,
                    max_snapshot_age_ms=ref.max_snapshot_age_ms,
                    min_snapshots_to_keep=ref.min_snapshots_to_keep,
                )
            )
            lines.append(f"{kind} {name} moved to the current state")
        else:
            updates.append(commits.RemoveSnapshotRefUpdate(ref_name=name))
            lines.append(f"{kind} {name} dropped: its older state held the household")
    return updates, lines


def _find_replaced(table: Table, head: Snapshot) -> set[int]:
    """The snapshots that the erasure has added, and the one before them."""
    found: set[int] = set()
    one: Snapshot | None = head
    while one is not None:
        found.add(one.snapshot_id)
        is_marked = one.summary is not None and all(one.summary[name] for name in MARK)
        parent = one.parent_snapshot_id if is_marked else None
        one = table.metadata.snapshot_by_id(parent) if parent is not None else None
    return found
