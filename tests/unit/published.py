"""Tables on the branches of builds, and views, for tests of publication."""

from uuid import uuid4

import pyarrow as pa
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField
from pyiceberg.view.metadata import SQLViewRepresentation, ViewMetadata, ViewRepresentation, ViewVersion

from larder.lake.catalog import open_catalog
from larder.publication import catalogs
from larder.publication.changes import StoredView, ViewChange
from larder.publication.refs import head, remove

BRANCH, OTHER = "run_20171231_0a1b2c3d", "dbt_1a2b3c4d"
SCHEMA = pa.schema([("number", pa.int64())])


def write(name: str, numbers: list[int], branch: str | None = BRANCH) -> None:
    """Replace a table's rows on a branch, or on main; creates the table."""
    catalog = open_catalog()
    rows = pa.table({"number": numbers}, schema=SCHEMA)
    try:
        table = catalog.load_table(name)
        if branch and head(table, branch) is None:
            table.manage_snapshots().create_branch(head(table) or 0, branch).commit()
        table.overwrite(rows, branch=branch or "main")
        return
    except NoSuchTableError:
        table = catalog.create_table(name, SCHEMA)
    table.append(rows)
    if branch:
        # pyiceberg writes the first rows to main only; Spark to any branch.
        with table.manage_snapshots() as refs:
            refs.create_branch(head(table) or 0, branch)
        catalog.commit_table(table, (), (remove("main"),))


def rows(name: str) -> list[int]:
    """The rows that a reader sees; none if the table does not exist."""
    try:
        table = open_catalog().load_table(name)
    except NoSuchTableError:
        return []
    found = table.scan().to_arrow().to_pylist() if table.current_snapshot() else []
    return sorted(row["number"] for row in found)


def create_view(schema: str, name: str, sql: str) -> None:
    """Create a view as a build does it, to be published in silver."""
    catalogs.commit(open_catalog(), [], [ViewChange(None, view_of(schema, name, sql))])


def view_of(schema: str, name: str, sql: str) -> StoredView:
    """A view with a column `number`."""
    warehouse = open_catalog().properties["warehouse"]
    version = ViewVersion.model_validate(
        {
            "schema-id": 0,
            "default-namespace": ("default",),
            "representations": [
                ViewRepresentation(SQLViewRepresentation(type="sql", sql=sql, dialect="spark"))
            ],
        }
    )
    metadata = ViewMetadata.model_validate(
        {
            "view-uuid": str(uuid4()),
            "format-version": 1,
            "location": f"{warehouse}/{schema}/{name}",
            "schemas": [Schema(NestedField(1, "number", LongType()), schema_id=0)],
            "current-version-id": 1,
            "versions": [version],
            "version-log": [{"timestamp-ms": version.timestamp_ms, "version-id": 1}],
            "properties": {"larder.layer": "silver"},
        }
    )
    return StoredView(schema, name, metadata)
