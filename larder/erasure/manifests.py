"""List a snapshot's files in new manifests: old ones also list what was removed, with its bounds."""

import uuid
from typing import Any

from pyiceberg import manifest as iceberg
from pyiceberg.manifest import ManifestContent, ManifestEntry, ManifestEntryStatus, ManifestFile
from pyiceberg.table import Table, snapshots, update
from pyiceberg.table.refs import MAIN_BRANCH, SnapshotRefType
from pyiceberg.table.snapshots import Operation, Snapshot

from larder.erasure.landed import MARK
from larder.erasure.traces import read_entries

# pyiceberg's models of commits: a type checker only knows their aliases.
commits: Any = update
models: Any = snapshots
CODEC: Any = "deflate"


def rewrite_manifests(table: Table, head: Snapshot) -> None:
    """Commit a snapshot with the same files as the head of `main`, and nothing about removed ones."""
    metadata = table.metadata
    snapshot_id, sequence_number = metadata.new_snapshot_id(), metadata.next_sequence_number()
    manifests = _write_manifests(table, head, snapshot_id)
    path = _new_path(table, "list")
    with iceberg.write_manifest_list(
        metadata.format_version,
        table.io.new_output(path),
        snapshot_id,
        head.snapshot_id,
        sequence_number,
        CODEC,
    ) as writer:
        writer.add_manifests(manifests)
    totals = head.summary.additional_properties if head.summary else {}
    kept = {name: value for name, value in totals.items() if name.startswith("total-")}
    snapshot = models.Snapshot(
        snapshot_id=snapshot_id,
        parent_snapshot_id=head.snapshot_id,
        manifest_list=path,
        sequence_number=sequence_number,
        summary=models.Summary(Operation.REPLACE, **kept, **MARK),
        schema_id=metadata.current_schema_id,
    )
    branch = commits.SetSnapshotRefUpdate(
        ref_name=MAIN_BRANCH, type=SnapshotRefType.BRANCH, snapshot_id=snapshot_id
    )
    table.catalog.commit_table(
        table,
        (commits.AssertRefSnapshotId(ref=MAIN_BRANCH, snapshot_id=head.snapshot_id),),
        (commits.AddSnapshotUpdate(snapshot=snapshot), branch),
    )
    table.refresh()


def _write_manifests(table: Table, head: Snapshot, snapshot_id: int) -> list[ManifestFile]:
    """Write the manifests of data files, one per partition spec; those of delete files stay."""
    manifests = head.manifests(table.io)
    written = [one for one in manifests if one.content == ManifestContent.DELETES]
    data = [one for one in manifests if one.content == ManifestContent.DATA]
    for spec in sorted({one.partition_spec_id for one in data}):
        entries = _read_live(table, [one for one in data if one.partition_spec_id == spec])
        if entries:
            with iceberg.write_manifest(
                table.metadata.format_version,
                table.metadata.specs()[spec],
                table.schema(),
                table.io.new_output(_new_path(table, f"m{spec}")),
                snapshot_id,
                CODEC,
            ) as writer:
                for entry in entries:
                    writer.existing(entry)
            written.append(writer.to_manifest_file())
    return written


def _read_live(table: Table, manifests: list[ManifestFile]) -> list[ManifestEntry]:
    entries = (entry for one in manifests for entry in read_entries(one, table.io))
    return [entry for entry in entries if entry.status != ManifestEntryStatus.DELETED]


def _new_path(table: Table, what: str) -> str:
    return table.location_provider().new_metadata_location(f"erasure-{uuid.uuid4().hex}-{what}.avro")
