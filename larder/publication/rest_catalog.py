"""Publication in a REST catalog: all tables in one transaction of several tables, then each view."""

from collections.abc import Iterator, Sequence
from typing import Any

from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import CommitFailedException

from larder.publication.changes import StoredView, TableChange, ViewChange

CONFLICT = 409


def read_views(catalog: RestCatalog, namespace: str) -> Iterator[StoredView]:
    """The views of a namespace."""
    for *_, name in catalog.list_views(namespace):
        yield StoredView(namespace, name, catalog.load_view((namespace, name)).metadata)


def commit(catalog: RestCatalog, tables: Sequence[TableChange], views: Sequence[ViewChange]) -> None:
    """Change all tables or none, then the views.

    A view that is replaced is missing for a moment: pyiceberg's client cannot replace one.

    Raises:
        CommitFailedException: another process changed a table first; nothing was changed.
    """
    if tables:
        _commit_tables(catalog, tables)
    for one in views:
        if one.old:
            catalog.drop_view((one.old.namespace, one.old.name))
        if one.new:
            metadata = one.new.metadata
            version = next(v for v in metadata.versions if v.version_id == metadata.current_version_id)
            schema = next(s for s in metadata.schemas if s.schema_id == version.schema_id)
            catalog.create_view(
                (one.new.namespace, one.new.name), schema, version, properties=metadata.properties
            )


def _commit_tables(catalog: RestCatalog, tables: Sequence[TableChange]) -> None:
    changes: list[Any] = [
        {
            "identifier": {"namespace": list(one.table.name()[:-1]), "name": one.table.name()[-1]},
            "requirements": [each.model_dump(mode="json", by_alias=True) for each in one.requirements],
            "updates": [each.model_dump(mode="json", by_alias=True) for each in one.updates],
        }
        for one in tables
    ]
    answer = catalog._session.post(catalog.url("transactions/commit"), json={"table-changes": changes})
    if answer.status_code == CONFLICT:
        raise CommitFailedException("another process changed one of the tables")
    answer.raise_for_status()
