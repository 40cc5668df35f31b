"""Read and write Iceberg tables from Python: create, widen, append, scan."""

from contextlib import suppress
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import Table

from larder.lake.catalog import BRONZE, open_catalog

ALL = "true"
# Integers up to this size are exact as 64-bit floating-point numbers.
EXACT_FLOAT = 2**53


def table(name: str, namespace: str = BRONZE) -> Table | None:
    """The table of that name, or None before its first load."""
    try:
        return open_catalog().load_table(f"{namespace}.{name}")
    except NoSuchTableError:
        return None


def schema(name: str, namespace: str = BRONZE) -> pa.Schema | None:
    """The columns of the table of that name as Arrow types; None before its first load."""
    found = table(name, namespace)
    return None if found is None else found.schema().as_arrow()


def high_water(name: str, column: str, namespace: str = BRONZE, at_most: Any = None) -> Any:
    """The largest value of a column, from the files' metadata alone; None without rows.

    Args:
        name: the table.
        column: a timestamp or date column, or one of numbers.
        namespace: the table's namespace.
        at_most: if given, the time up to which values count; rows are read only if there are later ones.
    """
    found = table(name, namespace)
    if found is None:
        return None
    highest = upper_bound(found, column)
    if isinstance(highest, datetime) and at_most is not None and highest > at_most:
        up_to = f"{column} <= '{at_most.isoformat()}'"
        highest = pc.max(found.scan(row_filter=up_to, selected_fields=(column,)).to_arrow()[column]).as_py()
    return highest


def fits_in(name: str, column: str, wider: pa.DataType, namespace: str = BRONZE) -> bool:
    """Whether whole numbers of a column keep their values in a wider type, by the files' metadata alone."""
    found = table(name, namespace)
    if found is None or not pa.types.is_floating(wider) or column not in found.schema().column_names:
        return True
    if is_empty(found):
        return True
    metrics = found.inspect.data_files().select(["readable_metrics"]).flatten().flatten()
    low = pc.min(metrics[f"readable_metrics.{column}.lower_bound"]).as_py()
    high = pc.max(metrics[f"readable_metrics.{column}.upper_bound"]).as_py()
    return low is None or bool(low >= -EXACT_FLOAT and high <= EXACT_FLOAT)


def is_empty(found: Table) -> bool:
    """Whether an Iceberg table has no data files, since pyiceberg raises if it has none to list."""
    snapshot = found.current_snapshot()
    return snapshot is None or not (snapshot.summary and int(snapshot.summary["total-data-files"] or 0))


def upper_bound(found: Table, column: str) -> Any:
    """As `high_water`, for any Iceberg table."""
    if is_empty(found):
        return None
    metrics = found.inspect.data_files().select(["readable_metrics"]).flatten().flatten()
    return pc.max(metrics[f"readable_metrics.{column}.upper_bound"]).as_py()


def rows_where(
    name: str, condition: str, columns: tuple[str, ...], namespace: str = BRONZE
) -> pa.Table | None:
    """The named columns of the rows that meet a condition; None before the table's first load."""
    found = table(name, namespace)
    return None if found is None else found.scan(row_filter=condition, selected_fields=columns).to_arrow()


def ensure(table: str, schema: pa.Schema, partition: list[str], namespace: str = BRONZE) -> Table:
    """Get an Iceberg table; create it if it is missing, and add columns that it lacks.

    `partition` lists the columns that partition a new table.
    """
    found, name = open_catalog(), f"{namespace}.{table}"
    try:
        target = found.load_table(name)
    except NoSuchTableError:
        # Another process may create it at the same moment.
        with (
            suppress(TableAlreadyExistsError, CommitFailedException),
            found.create_table_transaction(name, schema) as creation,
            creation.update_spec() as spec,
        ):
            for column in partition:
                spec.add_identity(column)
        return found.load_table(name)
    fields = {field.name: field for field in target.schema().fields}
    optional = [
        one.name for one in schema if one.nullable and one.name in fields and fields[one.name].required
    ]
    if optional or set(schema.names) - fields.keys():
        with target.update_schema() as change:
            # Earlier rows have no value. Columns that exist are left out: `retype` changes their types.
            change.union_by_name(
                pa.schema([one.with_nullable(True) for one in schema if one.name not in fields])
            )
            for column in optional:
                change.make_column_optional(column)
    return target


def append(table: str, rows: pa.Table, namespace: str = BRONZE) -> None:
    """Append a few rows that are already in memory to a table, in one commit."""
    ensure(table, rows.schema, [], namespace).append(rows)


def truncate(name: str, namespace: str = BRONZE) -> None:
    """Delete all rows of a table, if it exists and has any."""
    found = table(name, namespace)
    if found is not None and not is_empty(found):
        found.delete(AlwaysTrue())
