"""The project's snapshots, and what is known of them before their history is rebuilt."""

from collections.abc import Sequence
from dataclasses import dataclass

from larder.errors import LarderError
from larder.lake import tables
from larder.lake.metrics import totals
from larder.ops.code_versions import Manifest
from larder.ops.status import table_name


@dataclass(frozen=True)
class Snapshot:
    """A snapshot, the number of its versions now, and that of the rows in Bronze that it is made of."""

    name: str
    versions: int
    source_rows: int


def find_snapshots(names: Sequence[str], manifest: Manifest) -> list[Snapshot]:
    """The snapshots of these names, or all of the project's.

    Raises:
        LarderError: there is no such snapshot.
    """
    project = manifest["metadata"]["project_name"]
    known = {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "snapshot" and node["package_name"] == project
    }
    if unknown := [name for name in names if name not in known]:
        raise LarderError(
            f"snapshots: there is no snapshot {', '.join(unknown)}. Name some of {', '.join(sorted(known))}."
        )
    return [
        Snapshot(name, _count(table_name(known[name])), sum(map(_count, _sources(known[name], manifest))))
        for name in names or sorted(known)
    ]


def _sources(node: dict[str, object], manifest: Manifest) -> list[str]:
    """The source tables of what a snapshot reads."""
    read = [manifest["nodes"][name] for name in node["depends_on"]["nodes"]]  # type: ignore[index]
    names = [name for one in read for name in one["depends_on"]["nodes"] if name in manifest["sources"]]
    found = [manifest["sources"][name] for name in names]
    return [f"{source['schema']}.{source['identifier']}" for source in found]


def _count(name: str) -> int:
    namespace, _, table = name.partition(".")
    found = tables.table(table, namespace)
    return 0 if found is None else int(totals(found).get("row_count", 0))
