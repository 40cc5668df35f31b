"""Publication in a SQL catalog: all metadata files are written, then all its rows change in one transaction.

pyiceberg has no views in SQL catalogs, so they are read and written here, as Iceberg's own JDBC catalog does
it: a row with the location of a JSON file.
"""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from pyiceberg.catalog.sql import IcebergTables, SqlCatalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.io import FileIO, load_file_io
from pyiceberg.view.metadata import ViewMetadata
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from larder.publication.changes import StoredView, TableChange, ViewChange

TABLE, VIEW = "TABLE", "VIEW"
GZIP = b"\x1f\x8b"


def read_views(catalog: SqlCatalog, namespace: str) -> Iterator[StoredView]:
    """The views of a namespace."""
    query = select(IcebergTables.table_name, IcebergTables.metadata_location).where(
        IcebergTables.catalog_name == catalog.name,
        IcebergTables.table_namespace == namespace,
        IcebergTables.iceberg_type == VIEW,
    )
    with Session(catalog.engine) as session:
        rows = session.execute(query).all()
    for name, location in ((row[0], str(row[1])) for row in rows):
        with _file_io(catalog, location).new_input(location).open() as file:
            content = file.read()
        content = gzip.decompress(content) if content.startswith(GZIP) else content
        yield StoredView(namespace, name, ViewMetadata.model_validate_json(content), location)


def commit(catalog: SqlCatalog, tables: Sequence[TableChange], views: Sequence[ViewChange]) -> None:
    """Make all changes or none.

    Raises:
        CommitFailedException: another process changed a table or view first.
    """
    written: list[tuple[FileIO, str]] = []
    try:
        with Session(catalog.engine) as session:
            moves = [
                *(_write_table(catalog, one, written) for one in tables),
                *(_write_view(catalog, one, written) for one in views),
            ]
            for move in moves:
                _apply(session, catalog.name, move)
            session.commit()
    except BaseException:
        for io, location in written:
            io.delete(location)
        raise
    for one in views:
        if one.old and not one.new:
            _delete_files(catalog, one.old)


def _delete_files(catalog: SqlCatalog, dropped: StoredView) -> None:
    """Delete the metadata file of a view that the catalog no longer has, and folders that are empty then."""
    location = str(dropped.location)
    with suppress(FileNotFoundError):
        _file_io(catalog, location).delete(location)
    address = urlsplit(location)
    if address.scheme in ("", "file"):
        file = Path(address.path)
        file.with_name(f".{file.name}.crc").unlink(missing_ok=True)  # Spark's, on a local disk
        # Object storage has no empty folders. `metadata`, the view's folder and that of its schema.
        for folder in list(file.parents)[:3]:
            if not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()


@dataclass(frozen=True)
class _Move:
    """A row of the catalog, and the locations of the metadata before and after; None if there is none."""

    namespace: str
    name: str
    kind: str
    old: str | None
    new: str | None


def _write_table(catalog: SqlCatalog, one: TableChange, written: list[tuple[FileIO, str]]) -> _Move:
    staged = catalog._update_and_stage_table(one.table, one.table.name(), one.requirements, one.updates)
    written.append((staged.io, staged.metadata_location))
    catalog._write_metadata(staged.metadata, staged.io, staged.metadata_location)
    namespace, name = one.table.name()
    return _Move(namespace, name, TABLE, one.table.metadata_location, staged.metadata_location)


def _write_view(catalog: SqlCatalog, one: ViewChange, written: list[tuple[FileIO, str]]) -> _Move:
    before = one.old.location if one.old else None
    if one.new is None:
        dropped: StoredView = one.old  # type: ignore[assignment] # a change has an old view or a new one
        return _Move(dropped.namespace, dropped.name, VIEW, before, None)
    location = f"{one.new.metadata.location}/metadata/00000-{uuid4()}.metadata.json"
    io = _file_io(catalog, location)
    written.append((io, location))
    with io.new_output(location).create() as file:
        file.write(one.new.metadata.model_dump_json(by_alias=True, exclude_none=True).encode())
    return _Move(one.new.namespace, one.new.name, VIEW, before, location)


def _apply(session: Session, catalog_name: str, move: _Move) -> None:
    row = {"catalog_name": catalog_name, "table_namespace": move.namespace, "table_name": move.name}
    if move.old is None:
        locations = {"metadata_location": move.new, "previous_metadata_location": None}
        try:
            session.execute(insert(IcebergTables).values(**row, **locations, iceberg_type=move.kind))
        except IntegrityError as error:
            raise CommitFailedException(f"{move.namespace}.{move.name} was created meanwhile") from error
        return
    unchanged = [getattr(IcebergTables, column) == value for column, value in row.items()]
    unchanged.append(IcebergTables.metadata_location == move.old)
    statement = (
        update(IcebergTables)
        .where(*unchanged)
        .values(metadata_location=move.new, previous_metadata_location=move.old)
        if move.new
        else delete(IcebergTables).where(*unchanged)
    )
    if session.execute(statement).rowcount < 1:  # type: ignore[attr-defined]
        raise CommitFailedException(f"{move.namespace}.{move.name} was changed by another process")


def _file_io(catalog: SqlCatalog, location: str) -> FileIO:
    return load_file_io(catalog.properties, location)
