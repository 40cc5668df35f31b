"""Where data lands: the one module that knows. Iceberg tables in `bronze` and `ops`, in one catalog.

dlt writes each load of a table as one Parquet file; a copy of it becomes part of the Iceberg table, in
one commit. So rows are encoded once, and memory does not grow with a load (dlt's own Iceberg destination
reads a whole load back as one Arrow table and writes it again).
"""

import logging
import shutil
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
from larder.lake.catalog import BRONZE, catalog
from larder.lake.tables import ensure, is_empty
from larder.landing.dlt_internals import DestinationTerminalException
from larder.redaction import foreign

# Table hints: the resource's write disposition, and the key that a merge goes by.
DISPOSITION, KEY = "x-disposition", "x-key"

# dlt writes the load id dictionary-encoded, which Parquet keeps and Iceberg reads as a string: no news.
logging.getLogger("pyiceberg.io.pyarrow").addFilter(lambda record: "dictionary type" not in record.msg)


def pipeline(source: str, namespace: str = BRONZE) -> dlt.Pipeline:
    """A dlt pipeline of that name. Its working folder may be lost: the tables hold all state."""
    # What a killed run left is read anew: Bronze, not the leftovers, says what is still to come.
    shutil.rmtree(settings.home() / "dlt" / source, ignore_errors=True)
    # Loads that run at the same time would race to create the namespace.
    catalog().create_namespace_if_not_exists(namespace)
    return dlt.pipeline(
        source,
        pipelines_dir=str(settings.home() / "dlt"),
        destination=_tables_of(namespace),
        dataset_name=namespace,
    )


def _tables_of(namespace: str) -> Any:
    """The dlt destination of a namespace's Iceberg tables."""

    @dlt.destination(
        name=namespace,
        batch_size=0,
        loader_file_format="parquet",
        naming_convention="snake_case",
        skip_dlt_columns_and_tables=True,
        loader_parallelism_strategy="sequential",
    )
    def iceberg_tables(items: TDataItems, table: TTableSchema) -> None:
        """Make a load's Parquet file part of its Iceberg table: one commit, all of the file or nothing.

        Args:
            items: path of the file that dlt wrote.
            table: dlt's schema of the table; columns hinted `partition` partition it when it is created.
        """
        file = Path(str(items))
        try:
            partition = [name for name, column in table["columns"].items() if column.get("partition")]
            _add(file, str(table["name"]), partition, namespace, dict(table))
        except Exception as error:
            # No second try by dlt: a commit whose answer was lost would be made twice. The table itself
            # tells the next ingest what is there.
            raise DestinationTerminalException(f"{table['name']}: {foreign(error)}") from error

    return iceberg_tables()


def _add(file: Path, table: str, partition: list[str], namespace: str, hints: dict[str, Any]) -> None:
    target = ensure(table, _plain(pq.read_schema(file)), partition, namespace)
    match hints.get(DISPOSITION, "append"):
        case "merge":
            _merge(target, file, hints[KEY])
        case "replace":
            with target.transaction() as change:
                if not is_empty(target):
                    change.delete(AlwaysTrue())
                change.add_files([_copy(file, target)], check_duplicate_files=False)
        case _:
            # File names carry dlt's own unique id: no need to look through all files for a duplicate.
            target.add_files([_copy(file, target)], check_duplicate_files=False)


def _copy(file: Path, target: Table) -> str:
    """Copy a load's file to where the table's files are; the copy's location."""
    path = f"{target.location()}/data/{file.name}"
    with file.open("rb") as source, target.io.new_output(path).create(overwrite=True) as copy:
        shutil.copyfileobj(source, copy)
    return path


def _merge(target: Table, file: Path, key: list[str]) -> None:
    """Put rows in the place of those with the same key, the last of a key counting: one commit.

    The whole table is written anew. A large one is better appended to, with a cursor.
    """
    with duckdb.connect() as database:
        database.register("held", target.scan().to_arrow())
        database.register("came", pq.read_table(file))
        same = " and ".join(f'held."{column}" is not distinct from came."{column}"' for column in key)
        keys = ", ".join(f'"{column}"' for column in key)
        merged: Any = database.sql(
            f"select * from held anti join came on {same} "  # noqa: S608 names of our own columns
            f"union all by name select * exclude place from ("
            f"select *, row_number() over () as place from came) "
            f"qualify row_number() over (partition by {keys} order by place desc) = 1"
        ).to_arrow_table()
    rows = merged.cast(target.schema().as_arrow().remove_metadata())
    if is_empty(target):
        target.append(rows)
    else:
        target.overwrite(rows)


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with dictionary-encoded columns as what they encode, since Iceberg has no such type."""
    return pa.schema(
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in schema
    )
