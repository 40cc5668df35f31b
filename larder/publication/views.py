"""The views of silver and gold: a build makes its own, and publication pins them to what it publishes.

A view has no branch. So a build's views are in a schema that has the branch's name, where only the build
reads them. The published view reads the rows of Bronze that were there when it was published, by a tag, until
the next publication moves the tag.
"""

import re
from collections.abc import Iterable

from pyiceberg.catalog import Catalog

from larder.publication import catalogs
from larder.publication.branch import LAYERS
from larder.publication.changes import StoredView, ViewChange
from larder.publication.refs import TAG

# The property of a build's view with the namespace that it is published in (`macros/publication`).
LAYER = "larder.layer"
NAME = re.compile(r"(?<![\w.`])`?(\w+)`?\.`?(\w+)`?(?![\w.`(])")


def plan_views(
    catalog: Catalog, branch: str, inputs: Iterable[tuple[str, str]]
) -> tuple[list[ViewChange], set[tuple[str, str]]]:
    """How a build's views become the published ones, and the tables outside of silver and gold they read.

    Args:
        catalog: the catalog.
        branch: the branch, also the schema of the build's views.
        inputs: the tables that views are pinned to, as namespace and name.
    """
    built = catalogs.read_views(catalog, branch)
    published = {namespace: catalogs.read_views(catalog, namespace) for namespace in LAYERS}
    layers = {name: view.metadata.properties[LAYER] for name, view in built.items()}
    changes = [ViewChange(one, None) for one in built.values()]
    known, read = set(inputs), set()
    for name, view in built.items():
        namespace = layers[name]
        sql, tables = pin(view.sql(), branch, layers, known)
        read |= tables
        old = published[namespace].get(name)
        if old is None or (old.sql(), old.columns()) != (sql, view.columns()):
            location = f"{view.metadata.location.rsplit('/', 2)[0]}/{namespace}/{name}"
            metadata = view.with_sql(sql).model_copy(update={"location": location})
            changes.append(ViewChange(old, StoredView(namespace, name, metadata)))
    return changes, read


def drop_schema(catalog: Catalog, branch: str) -> None:
    """Drop the schema of a branch's views, which is empty by now."""
    if catalog.namespace_exists(branch):
        catalog.drop_namespace(branch)


def pin(
    sql: str, branch: str, layers: dict[str, str], inputs: set[tuple[str, str]]
) -> tuple[str, set[tuple[str, str]]]:
    """A view's query over published views and tagged tables, and these tables."""
    read: set[tuple[str, str]] = set()

    def replace(found: re.Match[str]) -> str:
        namespace, name = found.groups()
        if namespace == branch:
            return f"{layers[name]}.{name}"
        if (namespace, name) in inputs:
            read.add((namespace, name))
            return f"{found.group()} version as of '{TAG}'"
        return found.group()

    return NAME.sub(replace, sql), read
