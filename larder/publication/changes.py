"""What a publication changes in a catalog."""

from dataclasses import dataclass

from pyiceberg.table import Table
from pyiceberg.table.update import TableRequirement, TableUpdate
from pyiceberg.view.metadata import SQLViewRepresentation, ViewMetadata, ViewVersion


@dataclass(frozen=True)
class TableChange:
    """Changes of one table's metadata, and what must still be true when they are made."""

    table: Table
    requirements: tuple[TableRequirement, ...]
    updates: tuple[TableUpdate, ...]


@dataclass(frozen=True)
class StoredView:
    """A view of the catalog; `location` is that of its metadata file, known in SQL catalogs."""

    namespace: str
    name: str
    metadata: ViewMetadata
    location: str | None = None

    def sql(self) -> str:
        """The query in Spark's dialect."""
        return self._representation().sql

    def columns(self) -> list[tuple[str, str]]:
        """Names and types of its columns."""
        version = self._version()
        schema = next(one for one in self.metadata.schemas if one.schema_id == version.schema_id)
        return [(field.name, str(field.field_type)) for field in schema.fields]

    def with_sql(self, sql: str) -> ViewMetadata:
        """Its metadata with another query; only the current version stays."""
        version = self._version()
        representation = self._representation().model_copy(update={"sql": sql})
        version = version.model_copy(
            update={"representations": [type(version.representations[0])(representation)]}
        )
        return self.metadata.model_copy(update={"versions": [version]})

    def _version(self) -> ViewVersion:
        current = self.metadata.current_version_id
        return next(one for one in self.metadata.versions if one.version_id == current)

    def _representation(self) -> SQLViewRepresentation:
        return next(one.root for one in self._version().representations if one.root.dialect == "spark")


@dataclass(frozen=True)
class ViewChange:
    """A view to create (`old` is None), to replace, or to drop (`new` is None)."""

    old: StoredView | None
    new: StoredView | None
