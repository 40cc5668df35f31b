"""The destination of all loads: Iceberg tables in `bronze` and `ops`, in one catalog.

dlt writes each load of a table as one Parquet file, and a copy of it is added to the Iceberg table in one
commit. Rows are encoded once, and memory use does not grow with a load. (dlt's own Iceberg destination reads
a whole load back as one Arrow table and writes it again.)
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from dlt.common.schema import TTableSchema
from dlt.common.typing import TDataItems
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import Table

from larder import settings
from larder.lake.catalog import BRONZE, open_catalog
from larder.lake.retyping import retype
from larder.lake.tables import ensure, is_empty
from larder.lake.tables import table as find_table
from larder.landing import error_log
from larder.landing.dlt_internals import DestinationTerminalException
from larder.redaction import redact_error

# Table hints: the resource's write disposition, and the key of a merge.
DISPOSITION, KEY = "x-disposition", "x-key"


def pipeline(
    source: str, namespace: str = BRONZE, before_commit: Callable[[], None] = lambda: None
) -> dlt.Pipeline:
    """A dlt pipeline of that name. Its working folder is disposable: the tables hold all state.

    `before_commit` is called before each commit to a table, and may raise an error to prevent it.
    """
    # Discard what a killed run left: Bronze itself says what is still to be loaded.
    _discard(source)
    # Loads that run at the same time would race to create the namespace.
    open_catalog().create_namespace_if_not_exists(namespace)
    return dlt.pipeline(
        source,
        pipelines_dir=str(settings.home() / "dlt"),
        destination=_build_destination(source, namespace, before_commit),
        dataset_name=namespace,
    )


@contextmanager
def working_folder(source: str) -> Iterator[None]:
    """Discard a pipeline's working folder at the end of the block: it holds the rows that were loaded."""
    try:
        yield
    finally:
        _discard(source)


def _discard(source: str) -> None:
    shutil.rmtree(settings.home() / "dlt" / source, ignore_errors=True)


def _build_destination(source: str, namespace: str, before_commit: Callable[[], None]) -> Any:
    """The dlt destination of a source's Iceberg tables in a namespace."""

    @dlt.destination(
        name=namespace,
        batch_size=0,
        loader_file_format="parquet",
        naming_convention="direct",
        skip_dlt_columns_and_tables=True,
        loader_parallelism_strategy="sequential",
    )
    def iceberg_tables(items: TDataItems, table: TTableSchema) -> None:
        """Add a load's Parquet file to its Iceberg table in one atomic commit.

        Args:
            items: path of the file that dlt wrote.
            table: dlt's schema of the table; columns hinted `partition` partition it when it is created.
        """
        file = Path(str(items))
        try:
            before_commit()
            partition = [name for name, column in table["columns"].items() if column.get("partition")]
            _add(file, str(table["name"]), partition, namespace, dict(table))
        except Exception as error:
            error_log.write(source, error)
            # No retry by dlt: a commit whose response was lost would be made twice. The next ingest reads
            # from the table what it has.
            raise DestinationTerminalException(f"{table['name']}: {redact_error(error)}") from error

    return iceberg_tables()


def _add(file: Path, table: str, partition: list[str], namespace: str, hints: dict[str, Any]) -> None:
    columns = _decode_dictionaries(pq.read_schema(file))
    if (existing := find_table(table, namespace)) is not None:
        retype(existing, columns)
    target = ensure(table, columns, partition, namespace)
    match hints.get(DISPOSITION, "append"):
        case "merge":
            _merge(target, file, hints[KEY])
        case "replace":
            with target.transaction() as change:
                if not is_empty(target):
                    change.delete(AlwaysTrue())
                change.add_files([_copy(file, target)], check_duplicate_files=False)
        case _:
            # File names contain dlt's unique id, so there is no need to search all files for a duplicate.
            target.add_files([_copy(file, target)], check_duplicate_files=False)


def _copy(file: Path, target: Table) -> str:
    """Copy a load's file into the table's location; returns the copy's path."""
    path = f"{target.location()}/data/{file.name}"
    with file.open("rb") as source, target.io.new_output(path).create(overwrite=True) as copy:
        shutil.copyfileobj(source, copy)
    return path


def _merge(target: Table, file: Path, key: list[str]) -> None:
    """Replace rows by those with the same key, of which the last one wins, in one commit.

    This rewrites the whole table. For a large one, use append with a cursor.
    """
    with duckdb.connect() as database:
        database.register("existing", target.scan().to_arrow())
        database.register("arrived", pq.read_table(file))
        same = " and ".join(f'existing."{column}" is not distinct from arrived."{column}"' for column in key)
        keys = ", ".join(f'"{column}"' for column in key)
        merged: Any = database.sql(
            f"select * from existing anti join arrived on {same} "  # noqa: S608 names of our own columns
            f"union all by name select * exclude __place from ("
            f"select *, row_number() over () as __place from arrived) "
            f"qualify row_number() over (partition by {keys} order by __place desc) = 1"
        ).to_arrow_table()
    rows = merged.cast(target.schema().as_arrow().remove_metadata())
    if is_empty(target):
        target.append(rows)
    else:
        target.overwrite(rows)


def _decode_dictionaries(schema: pa.Schema) -> pa.Schema:
    """The schema with dictionary-encoded columns decoded, since Iceberg has no such type."""
    return pa.schema(
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in schema
    )
