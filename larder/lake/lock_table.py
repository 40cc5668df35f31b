"""A lock's state in the catalog, changed by compare-and-swap.

Each lock is an Iceberg table without rows in the namespace `locks`. Its state is the summary of its current
snapshot, and a change is a commit of a new, empty snapshot that requires the branch `main` to be at the
snapshot that was read (`assert-ref-snapshot-id`). Every kind of catalog checks that. Properties of tables or
namespaces would not do: catalogs set them without a check of what they replace.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pyarrow as pa
from pyiceberg.exceptions import (
    CommitFailedException,
    NamespaceAlreadyExistsError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.table import Table, TableProperties
from pyiceberg.table.update.snapshot import ExpireSnapshots

from larder.errors import CatalogUnavailable, LarderError
from larder.lake.catalog import open_catalog
from larder.lake.owner import Owner
from larder.lake.storage_errors import describe_catalog_error, describe_storage_error
from larder.redaction import redact_error

logger = logging.getLogger(__name__)

LOCKS = "locks"
OWNER = "larder.owner"
SCHEMA = pa.schema([pa.field("owner", pa.string())])
PROPERTIES = {
    # A retry would put the new state on top of one that was not read.
    TableProperties.COMMIT_NUM_RETRIES: "0",
    # Heartbeats would leave a file each. A process that reads the table at this moment needs the last few.
    TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED: "true",
    TableProperties.METADATA_PREVIOUS_VERSIONS_MAX: "20",
}


@dataclass(frozen=True)
class Entry:
    """A lock's state as it was read: its owner, or None if it is free.

    `version` is the id of the snapshot, which changes with each commit; None before the first.
    """

    version: int | None
    owner: Owner | None


class LockTable:
    """The table of one lock. Not for several threads at once."""

    def __init__(self, name: str) -> None:
        """Open a lock's table; it is created if it is missing.

        Raises:
            CatalogUnavailable: the catalog does not answer.
        """
        self.name = f"{LOCKS}.{name}"
        with self._catalog_errors():
            self._catalog = open_catalog()
            self._table = self._ensure()

    def read(self) -> Entry:
        """The lock's current state.

        Raises:
            CatalogUnavailable: the catalog does not answer.
        """
        with self._catalog_errors():
            try:
                self._table.refresh()
            except FileNotFoundError:
                # Others have committed so often meanwhile that this version's file is gone.
                self._table.refresh()
        return self._entry()

    def swap(self, seen: Entry, owner: Owner | None) -> Entry | None:
        """Replace the state that was read; None if another process replaced it first.

        Raises:
            CatalogUnavailable: the catalog does not answer. The state may have been replaced all the same.
        """
        if self._entry() != seen:
            return None
        replaced = self._table.metadata.snapshots
        with self._catalog_errors():
            try:
                with self._table.transaction() as change:
                    properties = {OWNER: owner.to_json() if owner else ""}
                    with change.update_snapshot(snapshot_properties=properties).fast_append():
                        pass
                    if replaced:
                        with ExpireSnapshots(change) as expired:
                            expired.by_ids([one.snapshot_id for one in replaced])
            except CommitFailedException:
                return None
            except FileNotFoundError:
                # A commit reads the file of the snapshot that it replaces, which another process may have
                # replaced, and its file deleted.
                self._table.refresh()
                if self._entry() != seen:
                    return None
                raise
        self._delete_files([one.manifest_list for one in replaced])
        return self._entry()

    def _entry(self) -> Entry:
        snapshot = self._table.current_snapshot()
        if snapshot is None:
            return Entry(None, None)
        owner = snapshot.summary[OWNER] if snapshot.summary else None
        return Entry(snapshot.snapshot_id, Owner.from_json(owner) if owner else None)

    def _ensure(self) -> Table:
        try:
            return self._catalog.load_table(self.name)
        except NoSuchTableError:
            # Another process may create them at the same moment.
            with suppress(NamespaceAlreadyExistsError):
                self._catalog.create_namespace_if_not_exists(LOCKS)
            with suppress(TableAlreadyExistsError, CommitFailedException):
                return self._catalog.create_table(self.name, SCHEMA, properties=PROPERTIES)
            return self._catalog.load_table(self.name)

    def _delete_files(self, paths: list[str]) -> None:
        for path in paths:
            try:
                self._table.io.delete(path)
            except OSError as error:
                # An empty file that nothing refers to does no harm.
                logger.warning("%s: %s was not removed (%s)", self.name, path, redact_error(error))

    @contextmanager
    def _catalog_errors(self) -> Iterator[None]:
        """Turn errors of any kind of catalog and storage into one line."""
        try:
            yield
        except LarderError:
            raise
        except Exception as error:
            words = describe_storage_error(error) or describe_catalog_error(redact_error(error))
            raise CatalogUnavailable(f"{self.name}: {words}.") from error
