"""Gold with personal columns masked: in the namespace `gold_masked`, a view of each table of gold.

A build notes which columns its models declare and do not mark as personal; these are shown, all others are
null. So a column that nobody declared is masked, and so is a table that no build has noted.
"""

from collections.abc import Iterable, Mapping
from uuid import uuid4

from pyiceberg.catalog import Catalog
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import NestedField
from pyiceberg.view.metadata import SQLViewRepresentation, ViewMetadata, ViewRepresentation, ViewVersion

from larder.publication import catalogs
from larder.publication.changes import StoredView, ViewChange
from larder.publication.record import Publication
from larder.publication.refs import head
from larder.publication.tables import DROPPED

GOLD, MASKED = "gold", "gold_masked"
# On the schema of a branch, a property for each table that was built, and one for each column that it shows:
# a catalog may limit the length of a property. On a view, the columns that it shows.
SHOWN = "larder.shown-columns"
BACKTICK, DOUBLE_QUOTE = "`", '"'


def note_shown(catalog: Catalog, branch: str, shown: Mapping[str, Iterable[str]]) -> None:
    """Note the columns that masked views may show, by the name of the table of gold that a build made."""
    keys = {
        ".".join(key)
        for table, columns in shown.items()
        for key in [(SHOWN, table), *((SHOWN, table, column) for column in columns)]
    }
    if keys:
        catalog.update_namespace_properties(branch, updates=dict.fromkeys(keys, "true"))


def plan_masked(catalog: Catalog, publication: Publication, found: Mapping[str, Table]) -> list[ViewChange]:
    """The changes of masked views when a branch is published; creates their namespace.

    Args:
        catalog: the catalog.
        publication: what is published.
        found: all tables of silver and gold, by name. One that is only on another branch gets no view.
    """
    branch, moved = publication.branch, {move.table for move in publication.moves}
    catalog.create_namespace_if_not_exists(MASKED)
    noted = catalog.load_namespace_properties(branch) if catalog.namespace_exists(branch) else {}
    old, changes = catalogs.read_views(catalog, MASKED), []
    for full_name, table in found.items():
        namespace, name = table.name()
        if namespace == GOLD and (full_name in moved or head(table) is not None):
            before = old.pop(name, None)
            view = _make_view(table, branch, _choose_shown(name, noted, before), before)
            if before is None or _content(before) != _content(view):
                changes.append(ViewChange(before, view))
    return [*changes, *(ViewChange(gone, None) for gone in old.values())]


def print_views(catalog: Catalog, quote: str = DOUBLE_QUOTE) -> list[str]:
    """Statements that create the same views in another engine, over a schema `gold`.

    Args:
        catalog: the catalog.
        quote: the mark around names, in standard SQL a double quote.
    """
    statements = [f"create schema if not exists {MASKED};"]
    for name, view in sorted(catalogs.read_views(catalog, MASKED).items()):
        columns = [column for column, _ in view.columns()]
        query = _select(name, columns, view.metadata.properties.get(SHOWN, "").split(","), quote)
        statements.append(f"create or replace view {MASKED}.{quote}{name}{quote} as\n{query};")
    return statements


def _choose_shown(name: str, noted: Mapping[str, str], before: StoredView | None) -> list[str]:
    """The columns to show: as the build noted, or as before if it did not build the table."""
    table = f"{SHOWN}.{name}"
    if table in noted:
        return sorted(key.removeprefix(f"{table}.") for key in noted if key.startswith(f"{table}."))
    return before.metadata.properties.get(SHOWN, "").split(",") if before else []


def _make_view(table: Table, branch: str, shown: list[str], before: StoredView | None) -> StoredView:
    lost = table.properties.get(DROPPED + branch, "").split(",")
    fields = [
        NestedField(one.field_id, one.name, one.field_type, required=False, doc=one.doc)
        for one in table.schema().fields
        if one.name not in lost
    ]
    _, name = table.name()
    sql = _select(name, [one.name for one in fields], shown, BACKTICK)
    text = SQLViewRepresentation(type="sql", sql=sql, dialect="spark")
    version = ViewVersion.model_validate(
        {"schema-id": 0, "default-namespace": (GOLD,), "representations": [ViewRepresentation(text)]}
    )
    metadata = ViewMetadata.model_validate(
        {
            "view-uuid": before.metadata.view_uuid if before else str(uuid4()),
            "format-version": 1,
            "location": f"{table.location().rsplit('/', 2)[0]}/{MASKED}/{name}",
            "schemas": [Schema(*fields, schema_id=0)],
            "current-version-id": version.version_id,
            "versions": [version],
            "version-log": [{"timestamp-ms": version.timestamp_ms, "version-id": version.version_id}],
            "properties": {SHOWN: ",".join(shown)},
        }
    )
    return StoredView(MASKED, name, metadata)


def _select(table: str, columns: Iterable[str], shown: Iterable[str], quote: str) -> str:
    """A table's columns; those that are not shown are null, of the same type in every engine."""
    names = {column: f"{quote}{column}{quote}" for column in columns}
    selected = [
        name if column in shown else f"case when false then {name} end as {name}"
        for column, name in names.items()
    ]
    listed = ",\n    ".join(selected)
    return f"select\n    {listed}\nfrom {GOLD}.{quote}{table}{quote}"


def _content(view: StoredView) -> tuple[str, list[tuple[str, str]], str]:
    return view.sql(), view.columns(), view.metadata.properties.get(SHOWN, "")
