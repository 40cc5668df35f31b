"""What stops a publication: each check says which table and why, and nothing is published."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from pyiceberg.table import Table

from larder.errors import LarderError
from larder.publication.changes import ViewChange
from larder.publication.record import Publication
from larder.publication.refs import descends, head


class PublicationRefused(LarderError):
    """Nothing was published: what readers see is unchanged, and the build's tables are on its branch."""

    def __init__(self, publication: Publication, why: str) -> None:
        """Create the error."""
        super().__init__(f"publication of {publication.branch}: {why}. Nothing was published; run again")


def check_tables(publication: Publication, found: Mapping[str, Table]) -> None:
    """Refuse if a table's published snapshot is not the one that the build began with.

    Args:
        publication: the tables to publish.
        found: all tables of silver and gold, by name.
    """
    for move in publication.moves:
        table = found.get(move.table)
        if table is None:
            raise PublicationRefused(publication, f"{move.table} was dropped after the build began")
        if head(table) == move.to_snapshot_id:
            continue  # published before an interruption
        is_upon = descends(table, move.to_snapshot_id, head(table))
        if is_upon is None:
            raise PublicationRefused(
                publication, f"a snapshot of {move.table} that the branch needs has expired"
            )
        if not is_upon:
            snapshot = table.current_snapshot()
            at = datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC) if snapshot else None
            raise PublicationRefused(
                publication,
                f"another writer changed {move.table} on main after the build began (at {at:%F %T} UTC). "
                f"`larder run show {publication.branch}` compares them",
            )


def check_views(publication: Publication, views: Iterable[ViewChange], found: Mapping[str, Table]) -> None:
    """Refuse if a view would take the place of a published table."""
    for name in (f"{one.new.namespace}.{one.new.name}" for one in views if one.new):
        if name in found:
            raise PublicationRefused(
                publication,
                f"{name} is published as a table and its model is a view now; give the model another name, "
                f"or drop the table",
            )
