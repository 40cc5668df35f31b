"""Prove that a person is in none of the files that are left: of the warehouse, and of the state folder."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pyarrow.fs import FileSelector, FileType
from pyiceberg.io import FileIO, load_file_io
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.table import Table

from larder import settings
from larder.erasure.traces import Person
from larder.errors import LarderError
from larder.lake.catalog import open_catalog

# The sources' own files, which are not the lake's, and what holds no data.
NOT_SCANNED = ("demo", "erasure.key", "jars", "java")


@dataclass
class Proof:
    """How many files were scanned, by kind, and which name the person."""

    scanned: dict[str, int] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)

    def note(self, path: str, is_hit: bool) -> None:
        """Count a file that was scanned."""
        kind = Path(path).suffix.lstrip(".") or "other"
        self.scanned[kind] = self.scanned.get(kind, 0) + 1
        if is_hit:
            self.hits.append(path)

    @property
    def total(self) -> int:
        """The number of files scanned."""
        return sum(self.scanned.values())


def scan(person: Person) -> Proof:
    """Scan every file of the warehouse and of the state folder."""
    proof = Proof()
    io = open_io()
    for path in list_warehouse(io):
        # A lock's heartbeat replaces its file meanwhile.
        with suppress(FileNotFoundError):
            proof.note(path, is_in_file(person, io, path))
    for file in list_local():
        # Another program may remove a temporary file.
        with suppress(FileNotFoundError):
            proof.note(str(file), is_in_local(person, file))
    return proof


def open_io() -> PyArrowFileIO:
    """The storage of the warehouse.

    Raises:
        LarderError: pyiceberg reads it by a library that cannot list files.
    """
    catalog = open_catalog()
    io = load_file_io(catalog.properties, catalog.properties.get("warehouse"))
    if not isinstance(io, PyArrowFileIO):
        raise LarderError(
            f"the warehouse's storage is read by {type(io).__name__}, which cannot list files. Set the "
            f"catalog's py-io-impl to pyiceberg.io.pyarrow.PyArrowFileIO, then run this again."
        )
    return io


def tables() -> Iterator[Table]:
    """All tables of the catalog."""
    found = open_catalog()
    for namespace in found.list_namespaces():
        for name in found.list_tables(namespace):
            yield found.load_table(name)


def list_warehouse(io: PyArrowFileIO) -> list[str]:
    """The locations of all files of the warehouse, and of tables that are elsewhere."""
    roots = {table.location().rstrip("/") for table in tables()}
    warehouse = open_catalog().properties.get("warehouse", "").rstrip("/")
    if "://" in warehouse or warehouse.startswith(("file:", "/")):
        roots = {warehouse} | {one for one in roots if not one.startswith(f"{warehouse}/")}
    return sorted(path for root in roots for path in _list_files(io, root))


def _list_files(io: PyArrowFileIO, root: str) -> Iterator[str]:
    scheme, netloc, path = PyArrowFileIO.parse_location(root)
    filesystem = io.fs_by_scheme(scheme, netloc)
    prefix = root[: len(root) - len(urlsplit(root).path)] if "://" in root else ""
    for info in filesystem.get_file_info(FileSelector(path, recursive=True, allow_not_found=True)):
        if info.type == FileType.File:
            place = (
                info.path
                if info.path.startswith("/")
                else f"/{info.path.removeprefix(netloc or '').lstrip('/')}"
            )
            yield f"{prefix}{place}"


def is_in_file(person: Person, io: FileIO, path: str) -> bool:
    """Whether a file of the warehouse names the person; Parquet and Avro are decoded."""
    if path.endswith(".parquet"):
        return person.in_parquet(io, path)
    with io.new_input(path).open() as stream:
        content = stream.read()
    return person.in_avro(io, path, content) if path.endswith(".avro") else person.in_bytes(content)


def list_local() -> Iterator[Path]:
    """The files of the state folder but the warehouse's and the sources', and dbt's artifacts and logs."""
    home, warehouse = settings.home(), settings.warehouse()
    skipped = [warehouse, *(home / name for name in NOT_SCANNED)]
    for folder in (home, settings.dbt_target(), settings.dbt_logs()):
        if folder == home or not folder.is_relative_to(home):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not any(path.is_relative_to(one) for one in skipped):
                    yield path


def is_in_local(person: Person, path: Path) -> bool:
    """Whether a local file names the person. Its name counts, too."""
    return person.in_bytes(path.read_bytes()) or person.in_bytes(path.name.encode())
