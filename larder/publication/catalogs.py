"""The catalogs that can publish several tables at once."""

from collections.abc import Callable, Sequence
from types import ModuleType

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import CommitFailedException

from larder.errors import LarderError
from larder.publication import rest_catalog, sql_catalog
from larder.publication.branch import SWITCH
from larder.publication.changes import StoredView, TableChange, ViewChange

# Other processes append to Bronze, or change a table's properties, at any time.
TRIES = 5
Plan = Callable[[], tuple[Sequence[TableChange], Sequence[ViewChange]]]


def read_views(catalog: Catalog, namespace: str) -> dict[str, StoredView]:
    """The views of a namespace, by name."""
    return {view.name: view for view in _kind(catalog).read_views(catalog, namespace)}


def commit(catalog: Catalog, tables: Sequence[TableChange], views: Sequence[ViewChange]) -> None:
    """Change tables and views together.

    Raises:
        CommitFailedException: another process changed one of them first; nothing was changed.
    """
    if tables or views:
        _kind(catalog).commit(catalog, tables, views)


def commit_planned(catalog: Catalog, plan: Plan) -> None:
    """Change what a plan says; if another process changed one of them first, plan and change again.

    Raises:
        CommitFailedException: that happened in each of `TRIES` tries; nothing was changed.
    """
    for attempt in range(TRIES):
        try:
            commit(catalog, *plan())
        except CommitFailedException as failed:
            if attempt == TRIES - 1:
                words = f"in each of {TRIES} tries another process changed a table first ({failed})"
                raise CommitFailedException(words) from failed
        else:
            return


def _kind(catalog: Catalog) -> ModuleType:
    if isinstance(catalog, SqlCatalog):
        return sql_catalog
    if isinstance(catalog, RestCatalog):
        return rest_catalog
    raise LarderError(
        f"the catalog is a {type(catalog).__name__}, which cannot change several tables at once: use a SQL "
        f"or REST catalog, or set {SWITCH}=off to build without publication"
    )
