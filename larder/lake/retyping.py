"""Give columns of an Iceberg table wider types.

Iceberg itself widens a decimal that keeps its scale. For other types, such as whole numbers that become
floating-point numbers, each data file is rewritten, one at a time, and all are replaced in one commit.
"""

import uuid
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.table import Table
from pyiceberg.types import DecimalType, DoubleType, PrimitiveType

from larder.lake.tables import is_empty


def retype(target: Table, wanted: pa.Schema) -> None:
    """Change the types of number columns that have another one in a schema.

    Args:
        target: the table.
        wanted: columns with types that hold all of the table's values; further ones are ignored.

    Raises:
        pa.ArrowInvalid: a value does not fit the new type; the table is unchanged.
    """
    existing = {one.name: one.type for one in target.schema().as_arrow()}
    changed = {
        one.name: one.type
        for one in wanted
        if one.name in existing and _plain(existing[one.name]) != _plain(one.type)
    }
    if not changed:
        return
    if all(_keeps_scale(existing[name], kind) for name, kind in changed.items()):
        with target.update_schema() as change:
            for name, kind in changed.items():
                change.update_column(name, field_type=DecimalType(kind.precision, kind.scale))
    else:
        _rewrite(target, changed)


def _plain(kind: pa.DataType) -> pa.DataType:
    """A type without its width: pyiceberg reads text and bytes as either."""
    if pa.types.is_large_string(kind):
        return pa.string()
    return pa.binary() if pa.types.is_large_binary(kind) else kind


def _keeps_scale(found: pa.DataType, wider: pa.DataType) -> bool:
    return bool(pa.types.is_decimal(found) and pa.types.is_decimal(wider) and found.scale == wider.scale)


def _rewrite(target: Table, changed: dict[str, pa.DataType]) -> None:
    paths = [] if is_empty(target) else [_rewrite_file(target, task, changed) for task in _tasks(target)]
    with target.transaction() as change:
        if paths:
            change.delete(AlwaysTrue())
        with change.update_schema() as columns:
            for name, kind in changed.items():
                columns.delete_column(name)
                columns.add_column(name, _iceberg_type(kind))
        if paths:
            change.add_files(paths, check_duplicate_files=False)


def _tasks(target: Table) -> list[Any]:
    return list(target.scan().plan_files())


def _rewrite_file(target: Table, task: Any, changed: dict[str, pa.DataType]) -> str:
    """Write a copy of a data file with the new types; returns its path."""
    source: Any
    with target.io.new_input(task.file.file_path).open() as source:
        rows = pq.read_table(source)
    fields = [one.with_type(changed[one.name]) if one.name in changed else one for one in rows.schema]
    path = f"{target.location()}/data/retyped-{uuid.uuid4().hex}.parquet"
    copy: Any
    with target.io.new_output(path).create() as copy:
        pq.write_table(rows.cast(pa.schema(fields).remove_metadata()), copy)
    return path


def _iceberg_type(kind: pa.DataType) -> PrimitiveType:
    """The type of Iceberg for a number."""
    return DecimalType(kind.precision, kind.scale) if pa.types.is_decimal(kind) else DoubleType()
